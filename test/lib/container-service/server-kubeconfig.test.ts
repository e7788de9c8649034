import {expect} from 'chai'

import {readServerKubeconfig} from '../../../src/lib/container-service/server-kubeconfig.ts'
import {createCertificate} from '../../local-cloud/certificate.ts'

describe('readServerKubeconfig', () => {
  let pem: string
  let keyPem: string
  before(async () => {
    ;({certPem: pem, keyPem} = await createCertificate())
  })

  const base64 = (text: string): string => Buffer.from(text).toString('base64')
  interface Parts {
    readonly server?: unknown
    readonly ca?: unknown
    readonly names?: readonly unknown[]
    readonly user?: object
  }
  const read = ({
    server = 'https://10.0.0.1:6443',
    ca = base64(pem),
    names = ['kubernetes', '2000', '2000-c1'],
    user = {},
  }: Parts = {}): ReturnType<typeof readServerKubeconfig> => {
    const [cluster, userName, context] = names
    return readServerKubeconfig(
      JSON.stringify({
        clusters: [{name: cluster, cluster: {server, 'certificate-authority-data': ca}}],
        users: [{name: userName, user}],
        contexts: [{name: context, context: {}}],
      }),
    )
  }

  it('takes what kubectl could read', async () => {
    const data = {'client-certificate-data': base64(pem), 'client-key-data': base64(keyPem)}
    const entry = await read({user: data})
    expect(entry).to.include({clusterName: 'kubernetes', userName: '2000', contextName: '2000-c1', certificatePem: pem})
    expect(entry?.privateKeyPem.reveal()).to.equal(keyPem)
    const wrapped = base64(pem).replaceAll(/.{64}/g, '$&\n')
    for (const parts of [
      {ca: wrapped},
      {ca: base64(`${pem}\n${pem}`)},
      {ca: base64(`a comment\n${pem}`)},
      {server: 'https://api.c1.cn-beijing.cs.aliyuncs.com:6443/'},
      {server: 'https://[fd00::1]:6443/k8s/clusters/c1'},
      {names: ['集群', 'kubernetes admin', 'a@b/c']},
    ])
      expect(await read(parts), JSON.stringify(parts)).to.be.an('object')
  })

  it('refuses a CA that is no base64 of a certificate in PEM', async () => {
    for (const ca of [
      '',
      7,
      null,
      pem,
      base64('SECRET'),
      base64(keyPem),
      base64('-----BEGIN CERTIFICATE-----\nSECRET\n-----END CERTIFICATE-----'),
      `${base64(pem)}=`,
      base64(pem).slice(0, -1),
      base64(pem).replace('L', ' L'),
      base64(pem).replaceAll('L', '-'),
      `${base64(pem)}\n!`,
    ])
      expect(await read({ca}), String(ca)).to.equal(undefined)
  })

  it('refuses an address that is none, or would lead elsewhere', async () => {
    for (const server of [
      '',
      7,
      'http://10.0.0.1:6443',
      'HTTPS://10.0.0.1',
      '10.0.0.1:6443',
      'https://',
      'https://user:SECRET@10.0.0.1',
      'https://10.0.0.1?x=SECRET',
      'https://10.0.0.1#x',
      'https://10.0.0.1\n:6443',
      ' https://10.0.0.1',
      'https://10.0.0.1:99999',
      String.raw`https:\\10.0.0.1`,
    ])
      expect(await read({server}), String(server)).to.equal(undefined)
  })

  it('refuses names that are none or would steer a terminal', async () => {
    for (const name of ['', 7, null, {}, 'a\u001B[2J', 'a\u202Eb', 'a\nb', 'x'.repeat(254)])
      for (const index of [0, 1, 2]) {
        const names = ['a', 'b', 'c'].map((usual, at) => (at === index ? name : usual))
        // All scalars are read as texts, since a UID has more digits than a number.
        if (name !== 7 && name !== null) expect(await read({names}), JSON.stringify(names)).to.equal(undefined)
      }
  })

  it('takes a certificate or a key that is no base64 for none', async () => {
    const entry = await read({user: {'client-certificate-data': `${base64(pem)}!`, 'client-key-data': keyPem}})
    expect(entry?.certificatePem).to.equal('')
    expect(entry?.privateKeyPem.reveal()).to.equal('')
  })

  it('refuses more or less than one of each', async () => {
    for (const yaml of ['', '[]', 'a: [', 'clusters: []', '__proto__: {}', 'clusters: [{}, {}]\nusers: 1'])
      expect(await readServerKubeconfig(yaml).catch(() => undefined), yaml).to.equal(undefined)
  })
})
