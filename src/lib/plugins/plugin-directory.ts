import {statSync} from 'node:fs'
import {join} from 'node:path'

import {errorCode} from '../base/error-code.ts'
import {AckError} from '../base/errors.ts'
import {readUserFile, whyUnreadable} from '../base/files/read-user-file.ts'
import {isJsonObject, parseJsonObject} from '../base/json-object.ts'

/** Far above the size of any package.json. */
const MAX_BYTES = 1024 * 1024

/**
 * Checks that a directory holds a plugin, before oclif looks: it goes on in the directories above, and says of what it
 * does not find only how it has looked.
 *
 * @param path - as it was typed
 * @throws AckError `InvalidUsage`
 */
export const checkPluginDirectory = (path: string): void => {
  const file = join(path, 'package.json')
  const why = whyNoDirectory(path) ?? whyNoPlugin(file)
  if (why === undefined) return
  throw new AckError(
    'InvalidUsage',
    why,
    'pass the directory of a plugin: the one with its package.json, which has a name and an "oclif" object',
  )
}

const whyNoDirectory = (path: string): string | undefined => {
  try {
    return statSync(path).isDirectory() ? undefined : `${path} is not a directory`
  } catch (error) {
    return errorCode(error) === 'ENOENT'
      ? `${path} does not exist`
      : `cannot look into ${path}: ${whyUnreadable(error)}`
  }
}

const whyNoPlugin = (file: string): string | undefined => {
  let text: string
  try {
    text = readUserFile(file, {maxBytes: MAX_BYTES, waitMs: 0}).toString('utf8')
  } catch (error) {
    return errorCode(error) === 'ENOENT' ? `there is no ${file}` : `cannot read ${file}: ${whyUnreadable(error)}`
  }
  const content = parseJsonObject(text)
  if (!content) return `${file} is not a JSON object`
  if (!isJsonObject(content['oclif'])) return `${file} has no "oclif" object, so it is not that of a plugin`
  return typeof content['name'] === 'string' && content['name'] !== '' ? undefined : `${file} has no name`
}
