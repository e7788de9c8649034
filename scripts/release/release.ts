import {readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'

import {archiveOf, TARGETS, type Target} from './targets.ts'

export const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** What package.json says of the program. `repository` there is the one place that names where it is published. */
export interface Product {
  readonly version: string
  /** A sentence, without its full stop. */
  readonly summary: string
  readonly license: string
  /** Such as `https://github.com/owner/name`. */
  readonly repository: string
  readonly homepage: string
}

/** One version, with the sums of its archives. */
export interface Release extends Product {
  /** SHA-256 in hexadecimal, by the name of the archive. */
  readonly sums: ReadonlyMap<string, string>
}

/** @throws Error where package.json names no repository on GitHub */
export const readProduct = async (): Promise<Product> => {
  const {version, description, license, repository, homepage} = JSON.parse(
    await readFile(join(ROOT, 'package.json'), 'utf8'),
  ) as Record<'version' | 'description' | 'license' | 'homepage', string> & {repository: {url: string}}
  const [, path] = /^git\+https:\/\/github\.com\/([\w.-]+\/[\w.-]+)\.git$/.exec(repository.url) ?? []
  if (path === undefined) throw new Error(`the repository of package.json is not one of GitHub: ${repository.url}`)
  const [summary = ''] = description.split(': ')
  return {version, summary, license, homepage, repository: `https://github.com/${path}`}
}

/** Where the files of a version are. */
export const filesUrl = ({repository, version}: Pick<Product, 'repository' | 'version'>): string =>
  `${repository}/releases/download/v${version}`

export interface Download {
  readonly url: string
  readonly sha256: string
}

/** @throws Error where the archive was not made */
export const downloadOf = (release: Release, target: Target): Download => {
  const archive = archiveOf(target)
  const sha256 = release.sums.get(archive)
  if (sha256 === undefined) throw new Error(`${archive} has no sum`)
  return {url: `${filesUrl(release)}/${archive}`, sha256}
}

/** The one target of an operating system and architecture that package managers use: glibc on Linux. */
export const targetFor = (os: Target['os'], arch: Target['arch']): Target => {
  const found = TARGETS.find((target) => target.os === os && target.arch === arch && target.isMusl !== true)
  if (!found) throw new Error(`there is no target for ${os} ${arch}`)
  return found
}

/** What every package manager that can show a text shows after the installation. */
export const FIRST_STEPS = 'ack-ram-tool update-kubeconfig --cluster-id <id>'
