import { describe, expect, it } from "vitest";
import { parsedGoTemplate } from "../templates/parsed-go-templates.js";
import { goCallMarker } from "./go-call-marker.js";

describe("the marker of calls in a Go template", () => {
  it.each([
    [
      "<tool_call>",
      '{{ range .Messages }}{{ if .ToolCalls }}<tool_call>\n{{ range .ToolCalls }}{"name": 1}{{ end }}{{ end }}{{ end }}',
    ],
    ["[TOOL_CALLS] [", "{{ if .System }}x{{ else if .ToolCalls }}[TOOL_CALLS] [{{ json .ToolCalls }}]{{ end }}"],
    ["Action:", '{{- range .Messages }}{{- if .ToolCalls }}\r\nAction: {"x": 1}{{- end }}{{- end }}'],
    [
      "{",
      "{{ range .Messages }}{{ if .ToolCalls }}{{ range .ToolCalls }}{{ .Function.Name }} is called{{ end }}{{ end }}{{ end }}",
    ],
    ["<tool_call>", '{{ range .Messages }}{{ range .ToolCalls }}<tool_call>{"name": 1}{{ end }}{{ end }}'],
    ["{", "{{ .Prompt }}"],
  ])("%s", (marker, source) => {
    expect(goCallMarker(parsedGoTemplate(source).root)).toBe(marker);
  });
});
