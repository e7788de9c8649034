import {AckError} from '../../base/errors.ts'
import type {NamedCluster} from '../../kubeconfig/entries/desired-entries.ts'
import {fillTemplate, parseNameTemplate, type NameTemplate} from '../../options/name-template.ts'
import type {UpdateOptions} from '../../options/update-options.ts'
import {describeCluster} from '../update-kubeconfig.ts'

/** The same for all clusters, so what it is makes no name differ. */
const UID = '0'
/** What is added to a template whose names are not unique; the last one always helps. */
const DISTINGUISHING = ['-{region}', '-{name}', '-{id}'] as const

/**
 * Checks that templates give each cluster a name of its own, before anything is asked for or written.
 *
 * @throws AckError `InvalidOption` if two clusters would have the same name, or {profile} has no value
 */
export const checkNames = (clusters: readonly NamedCluster[], options: UpdateOptions): void => {
  const {names, providesClusterInfo} = options
  const own = [names.context, names.cluster, ...(providesClusterInfo ? [] : [names.user])]
  for (const template of own) if (template) checkTemplate(clusters, template)
}

const checkTemplate = (clusters: readonly NamedCluster[], template: NameTemplate): void => {
  const same = firstOfSameName(clusters, template)
  if (!same) return
  const [one, other] = same
  const {from, text} = template
  const ending = DISTINGUISHING.find(
    (added) => !firstOfSameName(clusters, parseNameTemplate({value: text + added, from})),
  )
  throw new AckError(
    'InvalidOption',
    `${from} ${JSON.stringify(text)} gives two clusters the name ${JSON.stringify(nameOf(one, template))}: ${describe(one)} and ${describe(other)}`,
    `nothing was written; use a template that tells them apart: ${from} '${text}${ending ?? '-{id}'}'`,
  )
}

const firstOfSameName = (
  clusters: readonly NamedCluster[],
  template: NameTemplate,
): readonly [NamedCluster, NamedCluster] | undefined => {
  const named = new Map<string, NamedCluster>()
  for (const cluster of clusters) {
    const name = usableName(cluster, template)
    if (name === undefined) continue
    const other = named.get(name)
    if (other) return [other, cluster]
    named.set(name, cluster)
  }
  return undefined
}

/** A cluster whose name cannot be used fails by itself: others may have chosen it. Nor has anybody a profile then. */
const usableName = (cluster: NamedCluster, template: NameTemplate): string | undefined => {
  try {
    return nameOf(cluster, template)
  } catch (error) {
    if (cluster.profile === undefined && template.placeholders.has('profile')) throw error
    return undefined
  }
}

const nameOf = (cluster: NamedCluster, template: NameTemplate): string => fillTemplate(template, {...cluster, uid: UID})

const describe = ({id, name}: NamedCluster): string => describeCluster({id, name: name ?? ''})
