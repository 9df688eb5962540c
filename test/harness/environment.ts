/** Gives back the environment as it is now, in place: whoever has kept hold of it is to see that, too. */
export function noteEnvironment(): () => void {
  const before = { ...process.env };
  return () => {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
  };
}
