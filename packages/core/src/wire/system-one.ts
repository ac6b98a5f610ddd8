/** Text, or plain data that the server writes as text. */
export type SystemOneContent = string | Record<string, unknown> | unknown[];

/** Which of several. */
export interface SystemOneChoiceQuestion {
  type: "choice";
  instructions: SystemOneContent;
  /** Choices in order, with what each means; `null` where the name says it. */
  criteria: Record<string, string | null>;
}

/** Whether something is so. */
export interface SystemOneNoulQuestion {
  type: "noul";
  instructions: SystemOneContent;
  criteria?: { false?: string; true?: string };
}

/** How much. */
export interface SystemOneScoreQuestion {
  type: "score";
  instructions: SystemOneContent;
  /** What each score means, from the lowest to the highest. */
  criteria: string[];
}

/** One question of a {@link SystemOneRequest}. */
export type SystemOneQuestion = SystemOneChoiceQuestion | SystemOneNoulQuestion | SystemOneScoreQuestion;

/** Body of `POST /v1/systemone`, which asks a scoring model several questions about one state. */
export interface SystemOneRequest {
  model: string;
  state: SystemOneContent;
  /** By a name that the answer has again. */
  questions: Record<string, SystemOneQuestion>;
  keep_alive?: string | number;
}

/** Answer to a {@link SystemOneNoulQuestion}. */
export interface SystemOneNoulAnswer {
  type: "noul";
  /** Probability of true, 0 to 1. */
  noul: number;
}

/** Answer to a {@link SystemOneChoiceQuestion}. */
export interface SystemOneChoiceAnswer {
  type: "choice";
  choice: string;
  /** By choice, 0 to 1. */
  probabilities: Record<string, number>;
  confidence: number;
}

/** Answer to a {@link SystemOneScoreQuestion}. */
export interface SystemOneScoreAnswer {
  type: "score";
  /** The expected score from 0, which may be a fraction. */
  score: number;
  legend: Record<string, string>;
  /** By score, 0 to 1. */
  probabilities: Record<string, number>;
  confidence: number;
}

/** Answer to one question of a {@link SystemOneRequest}. */
export type SystemOneAnswer = SystemOneNoulAnswer | SystemOneChoiceAnswer | SystemOneScoreAnswer;

/** Tokens that were read and written. */
export interface SystemOneUsage {
  input_tokens: number;
  output_tokens: number;
}

/** Answer of `POST /v1/systemone`. */
export interface SystemOneResponse {
  model: string;
  /** By the question's name. */
  answers: Record<string, SystemOneAnswer>;
  usage: SystemOneUsage;
}
