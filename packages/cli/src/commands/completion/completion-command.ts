import type { CommandSpec } from "../../arguments/command-spec.js";

/** `codo completion`: the shell's Tab, over all commands (itself among them, hence the function). */
export const completionCommand = (commands: () => readonly CommandSpec[]): CommandSpec => ({
  name: "completion",
  summary: "Print the completion script of a shell",
  details: "Commands, options, settings, presets and the names of installed models complete.",
  positionals: [{ name: "shell", choices: ["bash", "zsh", "fish"], describe: "The shell" }],
  options: {
    words: { type: "list", placeholder: "WORD", describe: "Print what completes these words; the scripts use it" },
  },
  examples: [
    ["codo completion bash >> ~/.bashrc", "For bash"],
    ["codo completion zsh >> ~/.zshrc", "For zsh"],
    ["codo completion fish > ~/.config/fish/completions/codo.fish", "For fish"],
  ],
  load: async () => {
    const { printCompletion } = await import("./completion.js");
    return { run: (args, context) => printCompletion(args, context, commands()) };
  },
});
