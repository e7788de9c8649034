import {printable} from '../base/printable.ts'
import type {CacheContent, CachedItem} from '../use-cases/manage-cache.ts'
import {textTable} from './text-table.ts'

/** What is cached, as a table. */
export const formatCache = ({directory, items, unreadable}: CacheContent): string => {
  const odd =
    unreadable === 0 ? '' : `${unreadable} more cannot be read or are not trusted; \`cache clear\` removes them\n`
  if (items.length === 0) return `Nothing is cached in ${printable(directory)}\n${odd}`
  const rows = items.map((item) => [
    item.id,
    item.kind,
    endOf(item),
    item.identity['clusterId'] ?? '-',
    describeIdentity(item),
  ])
  return textTable([['ID', 'KIND', 'VALID UNTIL', 'CLUSTER', 'IDENTITY'], ...rows]) + odd
}

const endOf = ({expiresAt, isExpired}: CachedItem): string =>
  expiresAt === null ? 'not known' : isExpired ? `expired ${expiresAt}` : expiresAt

/** The kind of the source and whom it names. */
const describeIdentity = ({identity}: CachedItem): string =>
  [identity['kind'], identity['profile'], identity['RoleArn'], identity['accessKeyId'] ?? identity['session']]
    .filter(Boolean)
    .join(', ')
