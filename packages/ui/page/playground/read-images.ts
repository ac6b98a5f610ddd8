/** The files that were chosen, in base64. */
export async function readImages(files: FileList | null): Promise<string[]> {
  return await Promise.all([...(files ?? [])].map(readImage));
}

function readImage(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    // `data:image/png;base64,…`
    reader.onload = () => resolve(String(reader.result).split(",")[1] ?? "");
    reader.onerror = () => reject(new Error(`${file.name} cannot be read.`));
    reader.readAsDataURL(file);
  });
}
