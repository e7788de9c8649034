import {isJsonObject, type JsonObject} from '../base/json-object.ts'
import {callRam, unusable, type Calling, type RamRequest} from './call-ram.ts'

const PAGE_SIZE = 1000
/** More pages than any account has: a limit, should RAM never end its list. */
const MAX_PAGES = 1000

/**
 * Lists everything that an action of RAM lists, page by page.
 *
 * @param path - the names on the way to the list in the response, such as `Roles` and `Role`
 * @param isPaged - whether the action knows pages
 * @throws AckError as {@link callRam} does; `ServiceFailed` for a list without an end
 */
export const listAll = async (
  request: RamRequest,
  [outer, inner]: readonly [string, string],
  calling: Calling,
  isPaged = true,
): Promise<readonly JsonObject[]> => {
  const items: JsonObject[] = []
  let marker = ''
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const query = new Map(request.query)
    if (isPaged) query.set('MaxItems', String(PAGE_SIZE))
    if (marker !== '') query.set('Marker', marker)
    const answer = await callRam({...request, query}, calling)
    items.push(...itemsOf(answer, outer, inner, request.action))
    const next = answer['Marker']
    if (answer['IsTruncated'] !== true) return items
    if (typeof next !== 'string' || next === '' || next === marker)
      throw unusable(request.action, 'it is cut off, and does not say where it goes on')
    marker = next
  }
  throw unusable(request.action, 'its list does not end')
}

const itemsOf = (answer: JsonObject, outer: string, inner: string, action: string): readonly JsonObject[] => {
  // For none RAM writes an empty list. What is not in an answer must not count as not there: roles would be deleted.
  const box = answer[outer]
  const list = isJsonObject(box) ? box[inner] : undefined
  if (!Array.isArray(list) || !list.every(isJsonObject)) throw unusable(action, `its ${outer} are not a list`)
  return list
}
