/**
 * Whether a text can be the ID of a cluster. IDs become parts of paths, names and command lines, where dots, slashes or a
 * first hyphen would lead elsewhere.
 */
export const isClusterId = (text: string): boolean => /^[A-Za-z0-9][\w.-]{0,127}$/.test(text)

/** Whether a text has the form of the IDs that the Container Service gives: it is never taken for a name. */
export const hasIdForm = (text: string): boolean => /^c[\da-f]{32}$/.test(text)
