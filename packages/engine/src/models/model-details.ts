import { humanCount } from "../gguf/model-facts.js";
import type { LocalModel } from "../store/local-model.js";

/** A model's family and size, as `show` and `ps` report them. */
export interface ModelDetails {
  parent_model: string;
  format: string;
  family: string;
  families: string[];
  parameter_size: string;
  quantization_level: string;
}

/** The details of a model. */
export function modelDetails({ facts, parentModel }: LocalModel): ModelDetails {
  return {
    parent_model: parentModel,
    format: "gguf",
    family: facts.architecture,
    families: [facts.architecture],
    parameter_size: humanCount(facts.parameterCount),
    quantization_level: facts.fileType,
  };
}
