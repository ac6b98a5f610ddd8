/** Body of a web search. */
export interface WebSearchRequest {
  query: string;
  /** 1 to 10. @defaultValue 5, by the service */
  maxResults?: number;
}

/** One page that a web search found. */
export interface WebSearchResult {
  title?: string;
  url?: string;
  /** The passage that fits the query. */
  content: string;
  [field: string]: unknown;
}

/** Answer of a web search. */
export interface WebSearchResponse {
  results: WebSearchResult[];
  [field: string]: unknown;
}

/** Body of a page's fetch. */
export interface WebFetchRequest {
  url: string;
}

/** A page as text. */
export interface WebFetchResponse {
  title: string;
  /** The address that was asked for. */
  url?: string;
  content: string;
  links: string[];
  [field: string]: unknown;
}
