/**
 * Whether a text is the URL of an API server that kubectl can use: https, without a login, a query, and what a URL parser
 * would drop or change but kubectl would not.
 */
export const isApiServerUrl = (text: string): boolean =>
  /^https:\/\/[\w.:[\]-]+(?:\/[\w.~/-]*)?$/.test(text) && URL.canParse(text)
