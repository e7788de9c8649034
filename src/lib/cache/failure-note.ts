import {AckError, isErrorCode, type FailedCall} from '../base/errors.ts'
import {errorCode} from '../base/error-code.ts'
import {readPrivateFile} from '../base/files/private-file.ts'
import {removeIfPossible, replaceFile} from '../base/files/replace-file.ts'
import {isJsonObject, parseJsonObject} from '../base/json-object.ts'
import {scrub} from '../base/secret.ts'
import {SUFFIX} from './file-names.ts'
import type {CacheSettings} from './slot.ts'

/** How long a failure is shared, in milliseconds. */
const SHARED_FOR_MS = 5000

/** Tells other processes that a service has just failed, so that not every one of them asks it again. */
export interface FailureNote {
  /** The failure, if it is one for this process: it was running at that time, and would not have waited longer. */
  read(): AckError | undefined
  /** Keeps a failure of a service; any other failure may be this process's own. Never throws. */
  write(error: unknown): Promise<void>
  /** Never throws. */
  remove(): void
}

/**
 * The note of a cached value. It has the words of an error, in which there are no secrets.
 *
 * @param base - path of the entry without its suffix
 * @param patienceMs - how long this process waits for an answer, in milliseconds
 */
export const failureNote = (
  base: string,
  patienceMs: number,
  {runtime, log, startedAt}: Pick<CacheSettings, 'runtime' | 'log' | 'startedAt'>,
): FailureNote => {
  const path = base + SUFFIX.failure
  const read = (): AckError | undefined => {
    const file = readPrivateFile(path, runtime.platform)
    const note = file.state === 'read' ? parseJsonObject(file.text) : undefined
    if (!note) return undefined
    const {failedAt, patienceMs: tried, code, message, nextStep, call} = note
    if (typeof failedAt !== 'number' || typeof tried !== 'number' || tried < patienceMs) return undefined
    const now = runtime.now().getTime()
    // Whoever starts after a failure wants to know whether it is over.
    if (failedAt <= startedAt.getTime() || failedAt > now || now - failedAt > SHARED_FOR_MS) return undefined
    if (typeof code !== 'string' || !isErrorCode(code) || typeof message !== 'string') return undefined
    log.debug('cache: another process has just failed to get it, so it is not asked for again')
    // What it says of the call is of this program too: nobody else can write the file.
    const of = isJsonObject(call) ? {call: call as unknown as FailedCall} : {}
    return new AckError(code, message, typeof nextStep === 'string' ? nextStep : '', of)
  }
  const write = async (error: unknown): Promise<void> => {
    if (!(error instanceof AckError) || error.code !== 'ServiceFailed') return
    const {code, message, nextStep, call} = error
    const failedAt = runtime.now().getTime()
    try {
      const note = {failedAt, patienceMs, code, message: scrub(message), nextStep: scrub(nextStep), call}
      await replaceFile(path, JSON.stringify(note), runtime)
    } catch (failure) {
      log.debug(`cannot write the cache file ${path}: ${errorCode(failure)}`)
    }
  }
  return {read, write, remove: () => removeIfPossible(path)}
}
