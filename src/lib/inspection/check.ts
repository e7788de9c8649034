/** One check of a server, in its order, and what came of it. */
export interface Check {
  /** What is checked: a word or two. */
  readonly check: string
  /** `unknown` where this program cannot tell. */
  readonly result: 'pass' | 'fail' | 'unknown'
  readonly why: string
  /** What to do about it; empty where there is nothing to do. */
  readonly nextStep: string
}

export const pass = (check: string, why: string): Check => ({check, result: 'pass', why, nextStep: ''})
export const fail = (check: string, why: string, nextStep: string): Check => ({check, result: 'fail', why, nextStep})
export const unknown = (check: string, why: string, nextStep = ''): Check => ({check, result: 'unknown', why, nextStep})

const SWALLOWED = /[&=].*|(?:SecurityToken|x-acs-security-token|Signature(?!(?:Method|Nonce|Version)$))(?=.).*/is

/**
 * A text out of a token as it may be shown: up to where another parameter has become a part of it. In a damaged token that
 * one may be the security token.
 */
export const asShown = (text: string): string => text.replace(SWALLOWED, '…')

/** The server that a token is for. */
export interface Server {
  /** Undefined if nobody said it. */
  readonly clusterId: string | undefined
  readonly tokenVersion: 'v1' | 'v2'
  readonly now: Date
}
