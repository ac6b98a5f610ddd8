import type { ChatTemplate, TemplateInput } from "./chat-template.js";

/** ChatML, which stands in for the template that a model does not have. */
export const chatMlTemplate: ChatTemplate = {
  kind: "chatml",
  render({ messages }: TemplateInput): string {
    const last = messages.at(-1);
    const isPrefill = last?.role === "assistant";
    const turns = messages.map((message, index) => {
      const isOpen = isPrefill && index === messages.length - 1;
      return `<|im_start|>${message.role}\n${message.content}${isOpen ? "" : "<|im_end|>\n"}`;
    });
    return turns.join("") + (isPrefill ? "" : "<|im_start|>assistant\n");
  },
};
