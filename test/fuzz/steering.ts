import {must} from './fuzz-target.ts'

/** Control characters but line feeds, and what turns the direction of text: C0, DEL, C1, bidirectional, invisible ones. */
// oxlint-disable-next-line no-control-regex -- these are the characters to find
const STEERING = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u061C\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF]/

/** Whether a text would do something to a terminal but to be shown. */
export const isSteering = (text: string): boolean => STEERING.test(text)

/** @throws Mismatch for an answer that would steer a terminal */
export const mustBePrintable = (text: string): void =>
  must(!isSteering(text), `an answer steers the terminal: ${JSON.stringify(text)}`)
