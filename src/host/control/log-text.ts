/** What Lambda writes around what a function prints. */
export function formatReport(
  id: string,
  version: string,
  { duration, billed, memory }: { duration: number; billed: number; memory: number },
): string {
  const report = [
    `REPORT RequestId: ${id}`,
    `Duration: ${duration.toFixed(2)} ms`,
    `Billed Duration: ${billed} ms`,
    `Memory Size: ${memory} MB`,
  ];
  return `START RequestId: ${id} Version: ${version}\nEND RequestId: ${id}\n${report.join('\t')}\n`;
}
