import {expect} from 'chai'

import {openKubeconfig} from '../../../../src/lib/kubeconfig/document/editable-kubeconfig.ts'
import {applyChanges} from '../../../../src/lib/kubeconfig/document/kubeconfig-changes.ts'

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
    expect(await edited(LISTS.replaceAll(/^(- |  )/gm, '  $1'))).to.match(/\nclusters:\n {2}- /)
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
    expect(applyChanges({users: null}, {entries: [nothing]})).to.deep.equal({users: [{name: 'a', user: {}}]})
  })
})
