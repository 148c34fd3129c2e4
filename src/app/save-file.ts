/** Hands a file to the user, as the browser's download. */

export function saveFile(file: File): void {
  const address = URL.createObjectURL(file);
  const link = document.createElement("a");
  link.href = address;
  link.download = file.name;
  link.click();
  // The download has begun by then; it keeps what it reads.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
