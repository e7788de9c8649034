import {textIn} from '../base/json-object.ts'
import {unusable, type Calling} from './call-ram.ts'
import {listAll} from './pages.ts'

/** A RAM user. */
export interface RamUser {
  readonly id: string
  readonly name: string
}

/** All RAM users of the account; it may have none. Throws as `callRam` does. */
export const listUsers = async (calling: Calling): Promise<readonly RamUser[]> => {
  const items = await listAll({action: 'ListUsers', subject: 'users'}, ['Users', 'User'], calling)
  return items.map((item) => {
    const id = textIn(item, 'UserId')
    if (id === '') throw unusable('ListUsers', 'a user has no ID')
    return {id, name: textIn(item, 'UserName')}
  })
}
