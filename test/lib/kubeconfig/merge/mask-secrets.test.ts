import {expect} from 'chai'

import {diffKubeconfig} from '../../../../src/lib/kubeconfig/merge/diff-kubeconfig.ts'
import {maskSecrets} from '../../../../src/lib/kubeconfig/merge/mask-secrets.ts'
import {loadYaml} from '../../../../src/lib/yaml/yaml-library.ts'

const mask = async (text: string): Promise<string> => {
  const masked = maskSecrets(text, await loadYaml())
  expect(masked.split('\n'), 'as many lines').to.have.length(text.split('\n').length)
  expect(masked).not.to.match(/SECRET|S3C|\\x41/)
  for (const hidden of ['SECRET', 'PRIVATE KEY SECRET']) expect(masked).not.to.contain(base64(hidden))
  return masked
}
const base64 = (text: string): string => Buffer.from(text).toString('base64')
const withUser = (fields: string): string => `users:\n- name: mine\n  user:\n${fields}\nclusters: []\n`
const withCluster = (fields: string): string => `clusters:\n- name: mine\n  cluster: {${fields}}\n`

describe('maskSecrets', () => {
  for (const [how, [fields, masked]] of Object.entries({
    'in one line': ['    token: SECRET', '    token: ***'],
    'in two lines by a backslash': ['    token: "SECRET-1\\\n      SECRET-2"', '    token: ***\n      ***'],
    'in two lines': ['    token: SECRET-1\n      SECRET-2', '    token: ***\n      ***'],
    'in a folded block': [
      '    token: >- # SECRET\n      SECRET-1\n\n      SECRET-2',
      '    token: >-\n      ***\n\n      ***',
    ],
    'in a literal block': ['    token: |\n      SECRET-1\n       SECRET-2\n', '    token: |\n      ***\n       ***\n'],
    'with doubled quotes': ["    password: 'it''s-SECRET'", '    password: ***'],
    'with escaped quotes': ['    token: "a\\"SECRET"', '    token: ***'],
    'with escaped letters': ['    token: "\\u0053SECRET\\x41"', '    token: ***'],
    'in three letters': ['    password: S3C', '    password: ***'],
    'under a key that stands twice': ['    token: SECRET-1\n    token: SECRET-2', '    token: ***\n    token: ***'],
    'in arguments and variables of others': [
      '    exec: {command: a, args: [SECRET-1, b], env: [{name: B, value: SECRET-2}]}',
      '    exec: {command: a, args: [***, ***], env: [{name: B, value: ***}]}',
    ],
    'behind an anchor': ['    token: &a SECRET\n    password: *a', '    token: &a ***\n    password: *a'],
    'in a merged mapping': ['    <<: {token: SECRET}', '    <<: {token: ***}'],
    'in a provider': [
      '    auth-provider: {name: oidc, config: {id-token: SECRET, client-id: a}}',
      '    auth-provider: {name: oidc, config: {id-token: ***, client-id: ***}}',
    ],
    'in an extension': [
      '    extensions: [{name: a, extension: {key: SECRET, list: [SECRET, 5]}}]',
      '    extensions: [{name: a, extension: {key: ***, list: [***, ***]}}]',
    ],
    'in an unknown field': ['    apiKey: SECRET', '    apiKey: ***'],
    'that is a number': ['    password: 12345', '    password: ***'],
    'that begins like a block': ['    token: "|SECRET"', '    token: ***'],
    'in a block of signs': [
      '    token: >2-\n        |\n        >\n       -',
      '    token: >2-\n        ***\n        ***\n       ***',
    ],
    'before spaces at the end': ['    token: |\n      SECRET  ', '    token: |\n      ***'],
    'under a key that reads like a path to a shown field': [
      '    as: b\n    exec.command: SECRET\n    "as-groups.0": SECRET\n    exec: {env.0.name: SECRET}',
      '    as: b\n    exec.command: ***\n    "as-groups.0": ***\n    exec: {env.0.name: ***}',
    ],
    'in a token in place of its path': ['    tokenFile: eyJhbGciOi.eyJzdWIi.U0VDUkVU', '    tokenFile: ***'],
    'in a private key in place of its path': [
      '    client-key: |\n      -----BEGIN PRIVATE KEY-----\n      SECRET',
      '    client-key: |\n      ***\n      ***',
    ],
    'in a login on several lines': [
      '    exec: {installHint: "http://bob:SECRET@\\\n      host"}',
      '    exec: {installHint: ***\n      ***}',
    ],
    'in a comment on words': [
      '    # the old one = SECRET is gone\n    # SECRETSECRETSECR and short\r\n    # id: SECRET\r',
      '    # the old one = ***\n    # *** and short\r\n    # id: ***\r',
    ],
    'in a comment': ['    # token: SECRET\n    as: b # SECRET-of-long-ago', '    # token: ***\n    as: b # ***'],
    'in base64': [`    client-key-data: ${base64('SECRET')}`, '    client-key-data: ***'],
    'in a key beside a certificate': [
      `    client-certificate-data: ${base64('PRIVATE KEY SECRET')}`,
      '    client-certificate-data: ***',
    ],
    'with the line ends of Windows': [
      '    token: SECRET\r\n    password: S3C\r',
      '    token: ***\r\n    password: ***\r',
    ],
  } as const)) {
    it(`masks a secret ${how}, in as many lines as it takes`, async () => {
      expect(await mask(withUser(fields))).to.equal(withUser(masked))
    })
  }

  it('masks what an alias brings to the place of a secret, wherever it is written', async () => {
    expect(await mask(`current-context: &a SECRET\n${withUser('    token: *a')}`)).to.contain(
      'current-context: &a ***\n',
    )
    const shared = (login: string, token: string): string =>
      `users: [{user: {${token}}}]\nclusters: [{cluster: {${login}}}]\n`
    expect(await mask(shared('server: *a', 'token: &a "http://SECRET:SECRET@S3C"'))).to.equal(
      shared('server: *a', 'token: &a ***'),
    )
    expect(
      await mask(`contexts: [{name: &a "http://SECRET:SECRET@S3C"}]\n${shared('server: *a', 'token: *a')}`),
    ).to.equal(`contexts: [{name: &a ***}]\n${shared('server: *a', 'token: *a')}`)
    expect(await mask(`x: &x {token: SECRET}\n${withUser('    <<: *x')}`)).to.contain('x: &x {token: ***}\n')
  })

  it('masks the login and the query of a URL, and shows the rest of it', async () => {
    for (const [fields, shown] of [
      ['server: "https://bob:SECRET@old:6443"', 'server: https://***@old:6443'],
      ['server: "https://bob:SE/CRET@SECRET@old"', 'server: https://***@old'],
      ['server: "https://old/?token=SECRET"', 'server: https://old/?***'],
      ['proxy-url: "http://bob:SECRET@proxy:3128"', 'proxy-url: http://***@proxy:3128'],
      ['proxy-url: "bob:SECRET@proxy:3128"', 'proxy-url: ***@proxy:3128'],
      ['proxy-url: "socks5://SECRET\\x3aSECRET\\x40proxy"', 'proxy-url: socks5://***@proxy'],
      ['server: "https://SECRET\\n@old"', 'server: https://***@old'],
      ['tls-server-name: "see http://bob:SECRET@a"', 'tls-server-name: see http://***@a'],
      [`certificate-authority-data: ${base64('PRIVATE KEY SECRET')}`, 'certificate-authority-data: ***'],
      [`certificate-authority-data: ${base64('CERTIFICATE')}`, `certificate-authority-data: ${base64('CERTIFICATE')}`],
      ['server: "https://old:6443"', 'server: "https://old:6443"'],
    ] as const)
      expect(await mask(withCluster(fields))).to.equal(withCluster(shown))
  })

  it('shows our own arguments, but for a secret that somebody has put among them', async () => {
    const exec = (args: string): string =>
      withUser(`    exec: {command: /opt/tool, args: [credential-plugin, ${args}]}`)
    const plain = exec('get-token, --cluster-id, c1, --profile-file, ~/a, --oidc-token-file, /token')
    expect(await mask(plain)).to.equal(plain)
    expect(
      await mask(exec('get-token, --access-key-secret, SECRET, -c, c1, --token=SECRET, "--x=http://a:SECRET@b"')),
    ).to.equal(exec('get-token, --access-key-secret, ***, -c, c1, ***, --x=http://***@b'))
    const harmless = exec(
      'get-credential, --profile-name=my-token, -c, c1, x-token, a, --no-secret, --b, --token-file=/a, --token-file, /b, true',
    )
    expect(await mask(harmless)).to.equal(harmless)
    for (const flag of ['--Access-Key-Id', '-passwd', '--my-password', '--security-token'])
      expect(await mask(exec(`get-token, ${flag}, SECRET, a, ${flag}=SECRET, b`))).to.equal(
        exec(`get-token, ${flag}, ***, a, ***, b`),
      )
    expect(await mask(exec('get-token, -c, 12345'))).to.equal(exec('get-token, -c, ***'))
    expect(await mask(exec('get-something, SECRET'))).to.equal(
      withUser('    exec: {command: /opt/tool, args: [***, ***, ***]}'),
    )
  })

  it('tells our arguments from those of the users before and after', async () => {
    const users = (theirs: string): string =>
      [
        'aws, SECRET, get-token',
        'credential-plugin, get-token, -c, c1',
        'SECRET, credential-plugin, get-token',
        'SECRET',
      ]
        .map((args) => (args.startsWith('credential-plugin') ? args : args.replaceAll(/[\w-]+/g, theirs || '$&')))
        .map((args, index) => `- name: u${index}\n  user: {exec: {args: [${args}]}}\n`)
        .join('')
    expect(await mask(`users:\n${users('')}`)).to.equal(`users:\n${users('***')}`)
  })

  it('shows what cannot be a secret, for it is nothing or yes or no', async () => {
    const plain = withUser('    token: ""\n    password: ~\n    username:\n    other: {a: true, b: [off]}')
    expect(await mask(plain)).to.equal(plain)
  })

  it('shows every field that kubectl reads and that is no secret', async () => {
    const plain = `apiVersion: v1
kind: Config
current-context: a
preferences: {colors: true, extensions: [{name: a}]}
extensions: [{name: b}]
clusters:
- name: a
  cluster:
    server: https://a:6443
    tls-server-name: b
    insecure-skip-tls-verify: false
    certificate-authority: /ca
    disable-compression: true
    extensions: [{name: c, extension: {clusterId: c1, regionId: r1, roleArn: acs, x: true}}, {name: d, extension: {roleArn: [acs]}}]
contexts: [{name: a, context: {cluster: a, user: b, namespace: c, extensions: [{name: d}]}}]
users:
- name: a
  user:
    client-certificate: /a
    tokenFile: /b
    as-uid: a-b
    auth-provider: {name: oidc}
    extensions: [{name: e}]
    exec:
      apiVersion: client.authentication.k8s.io/v1
      command: /bin/a
      installHint: see https://a/?b#c
      interactiveMode: Never
      provideClusterInfo: true
      env: [{name: A}]
`
    expect(await mask(plain)).to.equal(plain)
  })

  it('shows names, addresses and what else is no secret, in YAML and JSON', async () => {
    const plain = withUser('    {username: bob, as: a, client-key: /path, tokenFile: /path, as-groups: [a, b]}')
    expect(await mask(plain)).to.equal(plain)
    const json = JSON.stringify({kind: 'Config', users: [{name: 'a', user: {token: 'SECRET', username: 'bob'}}]})
    expect(await mask(json)).to.equal(json.replace('"SECRET"', '***'))
  })

  it('is told of in a diff in which nothing else differs, as --undo may bring back an old token', async () => {
    const [before, after] = ['SECRET-old', 'SECRET-new'].map((token) => withUser(`    token: ${token}`)) as [
      string,
      string,
    ]
    const diff = await diffKubeconfig({path: 'config', before, after})
    expect(diff).to.match(/^--- config\tcurrent\n\+\+\+ config\tupdated\n# only values that are masked differ\n$/m)
    expect(diff).not.to.contain('SECRET')
    expect(await diffKubeconfig({path: 'config', before, after: before})).not.to.contain('masked')
    const other = before.replace('mine', 'yours')
    const ofBoth = await diffKubeconfig({path: 'config', before, after: other})
    expect(ofBoth).to.contain('-- name: mine\n+- name: yours\n').and.not.to.contain('masked')
    expect(await diffKubeconfig({path: 'config', before: `\uFEFF${before}`, after: `\uFEFF${other}`})).to.equal(ofBoth)
  })

  it('masks all that follows the document, and all of a text that cannot be read', async () => {
    expect(await mask('users: []\n---\n- S3C\n\n  x: SECRET\n')).to.equal('users: []\n---\n***\n\n  ***\n')
    expect(await mask('kind: Config\n...\n# S3C\n...\n|\n')).to.equal('kind: Config\n...\n***\n...\n***\n')
    expect(await mask('users: [\n  SECRET\n')).to.equal('***\n  ***\n')
  })
})
