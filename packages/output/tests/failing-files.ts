import { type FileOperations, nodeFiles } from "../src/files/file-operations.js";

/** Real file operations, of which the ones named fail as on a full disk while `full` is set. */
export class FailingFiles {
  full = false;
  readonly operations: FileOperations;

  constructor(failing: (operation: keyof FileOperations, path: string) => boolean) {
    const fails = (operation: keyof FileOperations, path: string): void => {
      if (this.full && failing(operation, path)) {
        throw Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
      }
    };
    this.operations = {
      ...nodeFiles,
      create: (path, content) => {
        fails("create", path);
        nodeFiles.create(path, content);
      },
      openForAppend: (path) => {
        fails("openForAppend", path);
        return nodeFiles.openForAppend(path);
      },
      append: (descriptor, content) => {
        // A full disk often takes the beginning of a write.
        if (this.full && failing("append", "")) nodeFiles.append(descriptor, content.slice(0, content.length / 2));
        fails("append", "");
        nodeFiles.append(descriptor, content);
      },
      link: (from, to) => {
        fails("link", to);
        nodeFiles.link(from, to);
      },
      makeFolder: (path) => {
        fails("makeFolder", path);
        nodeFiles.makeFolder(path);
      },
    };
  }
}
