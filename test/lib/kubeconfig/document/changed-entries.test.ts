import {expect} from 'chai'

import {AckError} from '../../../../src/lib/base/errors.ts'
import {openKubeconfig} from '../../../../src/lib/kubeconfig/document/editable-kubeconfig.ts'
import {
  applyChanges,
  type EntryKind,
  type KubeconfigChanges,
} from '../../../../src/lib/kubeconfig/document/kubeconfig-changes.ts'

const LISTS =
  'users:\n- name: a\n  user: {token: SECRET-a}\n- name: b\n  user: {token: SECRET-b}\ncontexts:\n- name: a\n  context: {user: a}\n'

describe('a change of a kubeconfig', () => {
  it('removes the entries of its kind and name, and no other line', async () => {
    const config = await openKubeconfig(LISTS, 'config')
    expect([config.names('users'), config.names('contexts'), config.names('clusters')]).to.deep.equal([
      ['a', 'b'],
      ['a'],
      [],
    ])
    expect(config.edit({entries: [], removals: [{kind: 'users', name: 'a'}]})).to.equal(
      LISTS.replace('- name: a\n  user: {token: SECRET-a}\n', ''),
    )
    expect(config.edit({entries: [], removals: [{kind: 'users', name: 'none'}]})).to.equal(LISTS)
  })

  it('writes a new list as the others are written, indented or not', async () => {
    const entries = [{kind: 'clusters', name: 'c', set: {server: 'https://c'}, remove: []}] as const
    const edited = async (text: string): Promise<string> => (await openKubeconfig(text, 'config')).edit({entries})
    expect(await edited(LISTS)).to.match(/\nclusters:\n- /)
    const indented = LISTS.replaceAll(/^(- |  )/gm, '  $1')
    expect(await edited(indented)).to.match(/\nclusters:\n {2}- /)
    // The last list that is written in lines is the pattern, whatever follows it.
    expect(await edited(`${LISTS}preferences:\n    colors: true\n`)).to.match(/\nclusters:\n- /)
    expect(await edited(`${indented}extensions: [\n{name: x}]\n`)).to.match(/\nclusters:\n {2}- /)
    expect(await edited(`extensions:\n- name: x\n${indented}`)).to.match(/\nclusters:\n {2}- /)
    expect(await edited('users: [\n  {name: x}]\n')).to.match(/\nclusters:\n- /)
    expect(await edited('preferences:\n  colors: true\n')).to.match(/\nclusters:\n- /)
  })

  it('keeps what follows a document that is written anew, character by character', async () => {
    const rest = '---\nrest: "\n'
    const config = await openKubeconfig(`{users: [{name: a, user: {token: x}}]}\n${rest}`, 'config')
    const edited = config.edit({entries: [{kind: 'users', name: 'a', set: {token: 'other'}, remove: []}]})
    expect(edited).to.match(/^\{[^]*token: other[^]*\}\n---\nrest: "\n$/)
    expect(edited.split(rest)).to.have.length(2)
  })

  it('writes whole numbers, at any depth, and no field without a value', async () => {
    const extension = {port: 6443, share: 0.5, none: undefined, nested: [{size: 2}, [3]]}
    const set = {extensions: [{name: 'x', extension}]}
    const changes = {entries: [{kind: 'clusters', name: 'c', set, remove: []}]} as const
    const edited = (await openKubeconfig('', 'config')).edit(changes)
    const config = await openKubeconfig(edited, 'config')
    const {none: _none, ...written} = extension
    expect(config.entry('clusters', 'c')).to.deep.equal({extensions: [{name: 'x', extension: written}]})
    expect(config.edit(changes)).to.equal(edited)
  })

  it('writes a new entry as kubectl does: the name of a user first, of the others last', async () => {
    const added = (kind: EntryKind): KubeconfigChanges => ({entries: [{kind, name: 'n', set: {x: 'y'}, remove: []}]})
    const edited = async (kind: EntryKind): Promise<string> =>
      (await openKubeconfig('kind: Config\n', '')).edit(added(kind))
    expect(await edited('users')).to.equal('kind: Config\nusers:\n- name: "n"\n  user:\n    x: "y"\n')
    expect(await edited('contexts')).to.equal('kind: Config\ncontexts:\n- context:\n    x: "y"\n  name: "n"\n')
  })

  it('names the line of what cannot be changed, not of an entry of another kind or name', async () => {
    const text =
      'contexts:\n- name: a\n  context: {}\nusers:\n- name: b\n- name: a\n  user: &x\n    token: SECRET\n- name: c\n  user: *x\n'
    const config = await openKubeconfig(text, 'config')
    const change = {kind: 'users', name: 'a', set: {token: 'other'}, remove: []} as const
    expect(() => config.edit({entries: [change]})).to.throw(
      AckError,
      /^config, line 7: cannot change an entry that shares/,
    )
  })

  it('writes nothing that kubectl would not read', async () => {
    for (const text of ['users: []\n', '{"users": []}']) {
      const config = await openKubeconfig(text, 'config')
      const change = {kind: 'users', name: 'a', set: {token: 5}, remove: []} as const
      expect(() => config.edit({entries: [change]}), text).to.throw(AckError)
    }
  })

  it('leaves an entry without content as it is where there is nothing to set in it', () => {
    const nothing = {kind: 'users', name: 'a', set: {}, remove: ['token']} as const
    for (const user of [undefined, null]) {
      const value = {users: [{name: 'a', user}]}
      expect(applyChanges(value, {entries: [nothing]})).to.deep.equal(value)
    }
    expect(applyChanges({users: [{name: 'a', user: {token: 'x'}}]}, {entries: [nothing]})).to.deep.equal({
      users: [{name: 'a', user: {}}],
    })
    const withToken = {kind: 'users', name: 'a', set: {token: 'x'}, remove: []} as const
    expect(applyChanges({users: [{name: 'a', user: null}]}, {entries: [withToken]})).to.deep.equal({
      users: [{name: 'a', user: {token: 'x'}}],
    })
    expect(applyChanges({users: null}, {entries: [nothing]})).to.deep.equal({users: [{name: 'a', user: {}}]})
  })
})
