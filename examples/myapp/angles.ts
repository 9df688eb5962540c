export const { sin, cos } = Math;

export function degrees(radians: number): number {
  return (radians * 180) / Math.PI;
}
