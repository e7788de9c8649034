import {spawnSync} from 'node:child_process'
import {chmod, chown, mkdir, readdir, readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import {expect} from 'chai'

import {
  ALICE,
  BOB,
  CLUSTER_ID,
  envOf,
  profileOf,
  startClusterWorld,
  type ClusterWorld,
} from '../support/cluster-world.ts'
import {CLI_CONFIG, CREDENTIALS_INI, makeHome, type TestHome} from '../support/home.ts'
import {isRoot} from '../support/other-user.ts'
import {commandPlugin, installPlugins} from '../support/plugins.ts'
import {expectMode} from '../support/expect-mode.ts'
import {cliEnvironment, runCli, runCliProcess, SHELL_PROGRAM, STANDALONE, type CliResult} from '../support/run-cli.ts'

const hasShell = (shell: string, flag = '--version'): boolean => spawnSync(shell, [flag]).status === 0

const OTHER_CLUSTER = 'c9999999999999999999999999999999'
const GREETER = commandPlugin('greeter', {
  id: 'greet',
  flags: {language: {name: 'language', type: 'option', options: ['english', 'french'], hasDynamicHelp: false}},
})

describe('shell completion', function () {
  this.timeout(60_000)
  let home: TestHome

  before(async () => {
    home = await makeHome()
    await home.write(CLI_CONFIG, {
      profiles: [
        {name: 'production', mode: 'AK'},
        {name: 'staging; touch $(touch broken) "it\'s"', mode: 'AK'},
      ],
    })
    await home.write(CREDENTIALS_INI, '[from-ini]\ntype = access_key\n')
    await home.write('.kube/config', {
      users: [
        {name: 'u', user: {exec: {args: ['credential-plugin', 'get-token', '--cluster-id', CLUSTER_ID]}}},
        {name: 'v', user: {exec: {args: ['eks', 'get-token', '--cluster-id', 'not-ours']}}},
      ],
    })
    if (!STANDALONE) await installPlugins(home, [GREETER])
    // What a shell calls by its name.
    await chmod(await home.write('bin/ack-ram-tool', `#!/bin/sh\nexec ${SHELL_PROGRAM} "$@"\n`), 0o755)
    for (const shell of ['bash', 'zsh', 'powershell']) {
      const {exitCode} = await runCli(['autocomplete', shell], {home: home.dir, env: {SHELL: `/bin/${shell}`}})
      expect(exitCode).to.equal(0)
    }
  })
  after(() => home.remove())

  const functions = (): string => join(home.dir, '.cache/ack-ram-tool/autocomplete/functions')
  const shellEnvironment = (): NodeJS.ProcessEnv => {
    const env = cliEnvironment(home.dir, {TERM: 'dumb'})
    return {...env, PATH: `${join(home.dir, 'bin')}:${env['PATH'] ?? ''}`}
  }

  it('knows commands and flags in bash, zsh and PowerShell', async () => {
    for (const file of ['bash/ack-ram-tool.bash', 'zsh/_ack-ram-tool', 'powershell/ack-ram-tool.ps1']) {
      const text = await readFile(join(functions(), file), 'utf8')
      for (const word of ['get-token', 'cluster-id', 'profile-name', 'autocomplete values'])
        expect(text, file).to.contain(word)
    }
  })

  it('is written without a warning for those who develop commands, whatever NODE_ENV says', async () => {
    for (const args of [
      ['autocomplete', 'bash'],
      ['autocomplete', 'create'],
      ['completion', 'bash'],
    ]) {
      const {stderr, exitCode} = await runCliProcess(args, {home: home.dir, env: {NODE_ENV: 'development'}})
      expect(exitCode, stderr).to.equal(0)
      expect(stderr).to.not.match(/warning/i)
    }
  })

  describe('in a directory with a blank, quotation marks and what printf would replace', () => {
    let odd: TestHome
    let cache: string

    before(async () => {
      odd = await makeHome()
      cache = join(odd.dir, `it's 100% my cache’ %s; (touch broken)`)
      const {exitCode} = await runCli(['autocomplete', 'bash'], {home: odd.dir, env: {XDG_CACHE_HOME: cache}})
      expect(exitCode).to.equal(0)
    })
    after(() => odd.remove())

    const lineOf = async (shell: string): Promise<string> => {
      const {stdout, exitCode} = await runCli(['autocomplete', 'script', shell], {
        home: odd.dir,
        env: {XDG_CACHE_HOME: cache},
      })
      expect(exitCode).to.equal(0)
      return stdout
    }

    for (const [shell, flag, proof] of [
      ['bash', '--norc', 'complete -p ack-ram-tool'],
      ['zsh', '-f', 'print -r -- $_comps[ack-ram-tool]'],
    ] as const)
      it(`is set up by the line for ${shell}, in every way that it is given to it`, async function () {
        if (!hasShell(shell)) this.skip()
        const line = await lineOf(shell)
        for (const way of ['eval "$LINE"', 'printf "$LINE" >rc; source ./rc', 'printf "%s" "$LINE" >rc; source ./rc']) {
          const {stdout, stderr} = spawnSync(shell, [flag, '-c', `${way}\n${proof}`], {
            env: {...shellEnvironment(), LINE: line, ZDOTDIR: odd.dir},
            encoding: 'utf8',
            cwd: odd.dir,
          })
          expect({stdout: stdout.trim(), stderr}, way).to.have.property('stderr', '')
          expect(stdout, way).to.contain('_ack-ram-tool')
        }
        expect(await readFile(join(odd.dir, 'broken'), 'utf8').catch(() => 'not there')).to.equal('not there')
      })

    it('is set up by the line for PowerShell', async () => {
      const path = join(cache, 'ack-ram-tool/autocomplete/functions/powershell/ack-ram-tool.ps1')
      expect(await lineOf('powershell')).to.equal(`. '${path.replaceAll(/['’]/g, '$&$&')}'\n`)
    })
  })

  it("leaves none of root's files in the home of another user, as with the HOME that sudo keeps", async function () {
    if (!isRoot) this.skip()
    const others = await makeHome()
    try {
      await chown(others.dir, 65_534, 65_534)
      for (const args of [
        ['autocomplete', 'zsh'],
        ['autocomplete'],
        ...(STANDALONE ? [] : [['plugins', 'link', '.']]),
      ]) {
        const {stderr, exitCode} = await runCli(args, {home: others.dir})
        expect(exitCode, stderr).to.equal(2)
        expect(stderr).to.match(/^Error: root would make files in .*, which is another user's \(InvalidUsage\)/)
      }
      expect(await readdir(others.dir)).to.deep.equal([])
    } finally {
      await others.remove()
    }
  })

  it('offers no value that would steer the terminal', async () => {
    const names = ['bell\u0007', 'esc\u001B[2J', 'two\nlines', 'bidi\u202E', 'csi\u009B2J', 'good', '  blank']
    const file = await home.write('odd.json', {profiles: names.map((name) => ({name, mode: 'AK'}))})
    const args = ['autocomplete', 'values', '--', 'list-clusters', '--profile-file', file, '--profile-name', '']
    expect((await runCli(args, {home: home.dir})).stdout).to.equal('good\n  blank\n')
  })

  describe('of values', () => {
    const values = (...words: string[]): Promise<string[] | undefined> => valuesIn({}, ...words)
    const valuesIn = async (given: Record<string, string>, ...words: string[]): Promise<string[] | undefined> => {
      const args = ['autocomplete', 'values', '--', ...words]
      const env = {ACK_RAM_TOOL_LOG_LEVEL: 'error', ...given}
      const {stdout, exitCode} = await runCli(args, {home: home.dir, env})
      return exitCode === 0 ? stdout.split('\n').filter(Boolean) : undefined
    }

    it('gives what an option accepts, by either name of the flag and in every way of writing it', async () => {
      const command = ['credential-plugin', 'get-token']
      expect(await values(...command, '--api-version', '')).to.deep.equal(['v1', 'v1beta1'])
      expect(await values(...command, '--api-version=v1b')).to.deep.equal(['v1beta1'])
      expect(await values(...command, '--api-version', '=', 'v1b')).to.deep.equal(['v1beta1'])
      expect(await values(...command, '--api-version', '=')).to.deep.equal(['v1', 'v1beta1'])
      expect(await values('get-kubeconfig', '-m', 'c')).to.deep.equal(['certificate', 'cert'])
      expect(await values(...command, '--credential-type', 'i')).to.deep.equal(['imds'])
    })

    it('gives names of profiles, from the files that would be read', async () => {
      const command = ['credential-plugin', 'get-token', '-c', 'c1', '--profile-name']
      expect(await values(...command, '')).to.deep.equal([
        'production',
        'staging; touch $(touch broken) "it\'s"',
        'from-ini',
      ])
      const own = await home.write('own.json', {profiles: [{name: 'mine', mode: 'AK'}]})
      expect(await values('credential-plugin', 'get-token', '--profile-file', own, '--profile-name', '')).to.deep.equal(
        ['mine'],
      )
      const config = await home.write('config.of.aliyun', {profiles: [{name: 'elsewhere', mode: 'AK'}]})
      expect(await valuesIn({ALIBABA_CLOUD_CONFIG_FILE: config}, ...command, '')).to.deep.equal([
        'elsewhere',
        'from-ini',
      ])
      const broken = await home.write('broken.json', '{')
      expect(
        await values('credential-plugin', 'get-token', '--profile-file', broken, '--profile-name', ''),
      ).to.deep.equal([])
    })

    it('gives ids of clusters that were used before: in the kubeconfig, and with a certificate', async () => {
      expect(await values('credential-plugin', 'get-token', '-c', '')).to.deep.equal([CLUSTER_ID])
      const world = await startClusterWorld({clusters: (cluster) => [{...cluster, id: OTHER_CLUSTER}]})
      try {
        const env = {...envOf(ALICE), CS_ENDPOINT: world.cs.endpoint}
        const {exitCode, stderr} = await runCli(['credential-plugin', 'get-credential', '-c', OTHER_CLUSTER], {
          home: home.dir,
          env: {...env, ACK_RAM_TOOL_LOG_LEVEL: 'error'},
        })
        expect(exitCode, stderr).to.equal(0)
      } finally {
        await world.close()
      }
      expect(await values('get-kubeconfig', '--cluster-id', 'c')).to.have.members([CLUSTER_ID, OTHER_CLUSTER])
    })

    it('gives ids of clusters from the cache that the command line or a variable names, though others can enter it', async function () {
      if (process.platform === 'win32') this.skip()
      const shared = join(home.dir, 'shared')
      await mkdir(shared)
      await chmod(shared, 0o1777)
      const id = `c${'8'.repeat(32)}`
      const world = await startClusterWorld({clusters: (cluster) => [{...cluster, id}]})
      try {
        const args = ['credential-plugin', 'get-credential', '-c', id, '--credential-cache-dir', shared]
        const env = {...envOf(ALICE), CS_ENDPOINT: world.cs.endpoint, ACK_RAM_TOOL_LOG_LEVEL: 'error'}
        const {exitCode, stderr} = await runCli(args, {home: home.dir, env})
        expect(exitCode, stderr).to.equal(0)
      } finally {
        await world.close()
      }
      const byOption = ['get-kubeconfig', '--credential-cache-dir', shared]
      const byVariable = {ACK_RAM_TOOL_CREDENTIAL_CACHE_DIR: shared}
      expect(await values('get-kubeconfig', '-c', 'c8')).to.deep.equal([])
      expect(await values(...byOption, '-c', 'c8')).to.deep.equal([id])
      expect(await valuesIn(byVariable, 'get-kubeconfig', '-c', 'c8')).to.deep.equal([id])
      expect(await valuesIn(byVariable, 'get-kubeconfig', '--no-cache', '-c', 'c8')).to.deep.equal([])
    })

    it("gives what a plugin's command accepts", async function () {
      if (STANDALONE) this.skip()
      expect(await values('greet', '--language', '')).to.deep.equal(['english', 'french'])
    })

    it('says nothing where no value is asked for', async () => {
      expect(await values('credential-plugin', 'get-token')).to.equal(undefined)
      expect(await values('credential-plugin', '-y', 'get-token', '--api-version', 'v1b')).to.deep.equal(['v1beta1'])
      expect(await values('credential-plugin', 'get-token', '--prof')).to.equal(undefined)
      expect(await values('credential-plugin', 'get-token', '--assume-yes', '')).to.equal(undefined)
      expect(await values('nonsense', '--profile-name', '')).to.equal(undefined)
      expect(await values()).to.equal(undefined)
    })
  })

  describe('of what the last listing has shown', () => {
    const [TWIN, OTHER_TWIN, STEERING, HOSTILE, ALSO_HOSTILE] = [1, 2, 3, 4, 5].map(
      (number) => `c${String(number).repeat(32)}`,
    )
    /** What a shell, and sed, would take for a command. */
    const ATTACK = "evil$(touch broken)`touch broken`'|touch broken|'\"!&&touch broken&>broken’|touch broken|‘{a*}=#~"
    const ATTACKS = [1, 2].map((number) => `${ATTACK}${number}`)
    let world: ClusterWorld
    let own: TestHome

    before(async () => {
      world = await startClusterWorld({
        clusters: (cluster) => [
          cluster,
          {...cluster, id: `c${'1'.repeat(32)}`, name: 'twin', regionId: 'cn-beijing'},
          {...cluster, id: `c${'2'.repeat(32)}`, name: 'twin', regionId: 'eu-central-1'},
          {...cluster, id: `c${'3'.repeat(32)}`, name: 'st\u001B[2Jeer\n'},
          ...ATTACKS.map((name, index) => ({...cluster, id: `c${String(index + 4).repeat(32)}`, name})),
        ],
      })
      own = await makeHome()
      const profiles = [profileOf('alice', ALICE), profileOf('bob', BOB)]
      await own.write(CLI_CONFIG, {current: 'alice', profiles})
      await chmod(await own.write('bin/ack-ram-tool', `#!/bin/sh\nexec ${SHELL_PROGRAM} "$@"\n`), 0o755)
      await list()
    })
    after(async () => {
      await world.close()
      await own.remove()
    })

    const CACHE = '.kube/cache/ack-ram-tool/credential-plugin'
    const list = async (args: readonly string[] = [], env: Record<string, string> = {}): Promise<CliResult> => {
      const result = await runCli(['list-clusters', '--cs-endpoint', world.cs.endpoint, ...args], {home: own.dir, env})
      expect(result).to.include({exitCode: 0, stderr: ''})
      return result
    }
    const values = async (words: readonly string[], env: Record<string, string> = {}, flags = ['--described']) => {
      const args = ['autocomplete', 'values', ...flags, '--', ...words]
      const {stdout, stderr} = await runCli(args, {home: own.dir, env})
      expect(stderr).to.equal('')
      return stdout.split('\n').filter(Boolean)
    }
    const LISTED = [
      `${CLUSTER_ID}\tproduction, cn-hangzhou`,
      `${TWIN}\ttwin, cn-beijing`,
      `${OTHER_TWIN}\ttwin, eu-central-1`,
      `${STEERING}\tst [2Jeer , cn-hangzhou`,
      `${HOSTILE}\t${ATTACKS[0]}, cn-hangzhou`,
      `${ALSO_HOSTILE}\t${ATTACKS[1]}, cn-hangzhou`,
    ]
    const NAMED = [
      `production\t${CLUSTER_ID}, cn-hangzhou`,
      ...ATTACKS.map((name, index) => `${name}\t${[HOSTILE, ALSO_HOSTILE][index]}, cn-hangzhou`),
    ]
    const update = ['update-kubeconfig', '-c', '']

    it('gives ids with names, and names that are unique where the command takes one', async () => {
      expect(await values(update)).to.deep.equal([...LISTED, ...NAMED])
      expect(await values(['credential-plugin', 'get-token', '-c', ''])).to.deep.equal(LISTED)
      expect(await values(update, {}, []), 'as scripts without descriptions ask').to.include(CLUSTER_ID)
    })

    it('gives nobody the clusters of another identity', async () => {
      expect(await values(['update-kubeconfig', '--profile-name', 'bob', '-c', ''])).to.deep.equal([])
      expect(await values(update, envOf(BOB))).to.deep.equal([])
      expect(await values(['update-kubeconfig', '--profile-name', 'alice', '-c', 'prod'])).to.have.length(1)
    })

    it('keeps no secret, for this user alone, and forgets it when the cache is cleared', async () => {
      const [name = '', ...others] = await readdir(join(own.dir, CACHE))
      expect(others).to.deep.equal([])
      const path = join(own.dir, CACHE, name)
      await expectMode(path, 0o600)
      expect(await readFile(path, 'utf8')).not.to.match(/SECRET|LTAI/)
      await runCli(['credential-plugin', 'cache', 'clear', '-y'], {home: own.dir})
      expect(await values(update)).to.deep.equal([])
      await list()
    })

    it('keeps the clusters of other regions where one region is listed, or several, and what a filter leaves out', async () => {
      await list(['--region-id', 'cn-beijing'])
      await list(['--region-id', 'cn-beijing,eu-central-1', '--filter', 'name=nothing'])
      expect((await values(update)).filter((line) => line.startsWith('c'))).to.have.members(LISTED)
    })

    it('breaks nothing, and says nothing, without a home or with one that cannot be written', async function () {
      const file = await own.write('a-file', 'x')
      await list([], {KUBECACHEDIR: join(file, 'below')})
      expect(await values(update, {KUBECACHEDIR: join(file, 'below')})).to.deep.equal([])
      const homeless = {HOME: '', ...envOf(ALICE)}
      await list([], homeless)
      expect(await values(update, homeless)).to.deep.equal([])
      await list(['--no-cache'], {KUBECACHEDIR: join(own.dir, 'none')})
      expect(await readdir(own.dir)).not.to.include('none')
      const damaged = join(own.dir, CACHE, (await readdir(join(own.dir, CACHE)))[0] ?? '')
      await writeFile(damaged, '{"clusters":[1,{"id":2}]}')
      expect(await values(update)).to.deep.equal([])
      await list()
    })

    it('gives regions, with where they are, and leaves paths to the shell', async () => {
      expect(await values(['list-clusters', '--region-id', 'cn-hangz'])).to.deep.equal([
        'cn-hangzhou\tChina (Hangzhou)',
      ])
      const {stdout, exitCode} = await runCli(
        ['autocomplete', 'values', '--', 'update-kubeconfig', '--kubeconfig', ''],
        {home: own.dir},
      )
      expect({stdout, exitCode}).to.deep.equal({stdout: '', exitCode: 2})
    })

    it('gives profiles of the file that a variable names', async () => {
      const named = await own.write('named.json', {profiles: [{name: 'of-variable', mode: 'AK'}]})
      const profile = ['list-clusters', '--profile-name', '']
      expect(await values(profile, {ACK_RAM_TOOL_PROFILE_FILE: named})).to.deep.equal(['of-variable'])
      expect(await values(profile, {ALIBABA_CLOUD_CONFIG_FILE: named})).to.deep.equal(['of-variable'])
      expect(await values(profile, {ACK_RAM_TOOL_IGNORE_ALIYUN_CLI_CREDENTIALS: 'true'})).to.deep.equal([])
    })

    it('follows the defaults files, and is silent about one that is broken', async () => {
      const named = await own.write('named.json', {profiles: [{name: 'of-file', mode: 'AK'}]})
      const config = await own.write('defaults.yaml', '')
      const env = {ACK_RAM_TOOL_CONFIG: config}
      const profile = ['list-clusters', '--profile-name', '']
      for (const [text, expected] of [
        [`profile-file: ${named}\n`, ['of-file']],
        ['ignore-aliyun-cli-credentials: true\n', []],
        ['profile-file: [\n', ['alice', 'bob']],
      ] as const) {
        await own.write('defaults.yaml', text)
        expect(await values(profile, env), text).to.deep.equal(expected)
      }
      expect(await values([...profile.slice(0, 1), '--profile-file', named, '--profile-name', ''], env)).to.deep.equal([
        'of-file',
      ])
      await own.write('defaults.yaml', 'profile-name: bob\n')
      expect(await values(update, env), 'of another identity').to.deep.equal([])
    })

    describe('in a shell', function () {
      // Each shell starts the program several times.
      this.timeout(120_000)
      const shellRun = async (shell: string, text: string): Promise<string> => {
        const {stdout: script} = await runCli(['completion', shell], {home: own.dir})
        await own.write(`completion.${shell}`, script)
        const env = cliEnvironment(own.dir, {TERM: 'dumb', LC_ALL: 'C.UTF-8'})
        return spawnSync(shell, [...(shell === 'zsh' ? ['-f'] : []), '-c', text], {
          env: {...env, PATH: `${join(own.dir, 'bin')}:${env['PATH'] ?? ''}`},
          encoding: 'utf8',
          timeout: 110_000,
          cwd: own.dir,
        }).stdout
      }

      /** What is on the screen after a Tab, and the line then. */
      const completeInZsh = (line: string): Promise<string> =>
        shellRun(
          'zsh',
          `zmodload zsh/zpty
zpty z zsh -f -i
zpty -w z 'unsetopt prompt_sp; PS1="> "; autoload -Uz compinit; compinit -u -D; source ./completion.zsh; show() { print; print -r -- "LINE:$BUFFER:END" }; zle -N show; bindkey "^X" show; print REA""DY'
zpty -r z line '*READY'$'\\r'$'\\n''*'
zpty -w -n z ${JSON.stringify(line)}$'\\t\\x18'
zpty -r z rest '*LINE:*:END*'
print -r -- "$rest"
zpty -d z`,
        )

      it('shows names beside the ids in bash, inserts the id alone, and completes regions and files', async function () {
        if (!hasShell('bash')) this.skip()
        const lines = [
          "update-kubeconfig -c ''",
          'update-kubeconfig -c c1',
          'list-clusters --region-id cn-hangz',
          'update-kubeconfig --kubeconfig ./completion.b',
        ]
        const complete = `complete() { COMP_WORDS=(ack-ram-tool "$@"); COMP_CWORD=$#; _ack-ram-tool_autocomplete; printf '%s\\n' "\${COMPREPLY[@]}" --; }`
        const all = await shellRun('bash', `. ./completion.bash\n${complete}\ncomplete ${lines.join('\ncomplete ')}`)
        const [ids, id, region, file] = all.split('--\n')
        expect(ids).to.contain(`${TWIN}  (twin, cn-beijing)\n`)
        expect([id, region, file]).to.deep.equal([`${TWIN}\n`, 'cn-hangzhou\n', './completion.bash\n'])
      })

      it('shows names beside the ids in fish, and completes regions and files', async function () {
        if (!hasShell('fish')) this.skip()
        const lines = [
          'update-kubeconfig -c ',
          'update-kubeconfig --cluster-id=prod',
          'list-clusters --region-id cn-hangz',
          'update-kubeconfig --kubeconfig ./completion.fi',
        ]
        const complete = lines.map((line) => `complete -C "ack-ram-tool ${line}"; echo ==`)
        const all = await shellRun('fish', `source ./completion.fish\n${complete.join('\n')}`)
        const [ids, name, region, file] = all.split('==\n')
        expect(ids).to.contain(`${TWIN}\ttwin, cn-beijing\n`)
        expect([name, region, file]).to.deep.equal([
          `--cluster-id=production\t${CLUSTER_ID}, cn-hangzhou\n`,
          'cn-hangzhou\tChina (Hangzhou)\n',
          './completion.fish\n',
        ])
      })

      it('shows names beside the ids in zsh, inserts the id alone, and completes regions and files', async function () {
        if (!hasShell('zsh')) this.skip()
        expect(await completeInZsh('ack-ram-tool update-kubeconfig -c c')).to.contain(`${TWIN}  -- twin, cn-beijing`)
        expect(await completeInZsh('ack-ram-tool update-kubeconfig -c c1')).to.match(
          new RegExp(`LINE:.*-c ${TWIN} :END`),
        )
        expect(await completeInZsh('ack-ram-tool list-clusters --region-id cn-hangz')).to.contain('cn-hangzhou :END')
        expect(await completeInZsh('ack-ram-tool update-kubeconfig --kubeconfig completion.z')).to.contain(
          'completion.zsh :END',
        )
        expect(await completeInZsh('true && WORD=1 ack-ram-tool list-clusters --region-id cn-hangz')).to.contain(
          'cn-hangzhou :END',
        )
      })

      it('runs nothing of what stands in a name, in a file or before the cursor', async function () {
        // Shown, so that what is run would be seen to run.
        const show = 'show() { printf "%s\\n" "$@"; }\n'
        if (hasShell('bash')) {
          const text = await shellRun(
            'bash',
            `. ./completion.bash\n${show}
complete() { COMP_TYPE=$1; shift; COMP_WORDS=(ack-ram-tool "$@"); COMP_CWORD=$#; _ack-ram-tool_autocomplete; }
complete 37 update-kubeconfig -c evil
for word in "\${COMPREPLY[@]}"; do eval "show $word"; done
complete 9 update-kubeconfig -c ''
for word in "\${COMPREPLY[@]}"; do [[ "$word" == *'  '* ]] && ! (eval "show $word") 2>/dev/null && echo "no command"; done
complete 9 rbac restore-user-permissions 'x\\|.\\|/touch broken;/e;#' --dry
show "\${COMPREPLY[@]}"`,
          )
          expect(text.split('\n').filter(Boolean)).to.deep.equal([
            ...ATTACKS,
            ...[...LISTED, ...NAMED].map(() => 'no command'),
            '--dry-run',
          ])
        }
        if (hasShell('fish')) {
          const text = await shellRun(
            'fish',
            `source ./completion.fish
for line in (complete -C "ack-ram-tool update-kubeconfig -c evil" --escape)
    eval "printf '%s\\n' "(string split -f 1 \\t -- $line)
end`,
          )
          expect(text.split('\n').filter(Boolean)).to.deep.equal(ATTACKS)
        }
        if (hasShell('zsh')) {
          const [, word = ''] =
            /LINE:.* -c (.*):END/.exec(await completeInZsh('ack-ram-tool update-kubeconfig -c ev')) ?? []
          expect(await shellRun('zsh', `printf '%s\\n' ${word}`)).to.equal(`${ATTACK}\n`)
        }
        expect(await readdir(own.dir)).not.to.include('broken')
      })
    })
  })

  describe('by the script that a start-up file loads', () => {
    const script = async (...args: string[]): Promise<string> => {
      const {stdout, stderr, exitCode} = await runCli(['completion', ...args], {
        home: home.dir,
        env: {ACK_RAM_TOOL_LOG_LEVEL: 'error'},
      })
      expect({stderr, exitCode}).to.deep.equal({stderr: '', exitCode: 0})
      return stdout
    }
    /** What a shell says after it has loaded the script by `source <(…)`, or as that shell does it. */
    const inShell = (shell: string, text: string): string => {
      const {stdout, stderr} = spawnSync(shell, [...(shell === 'zsh' ? ['-f'] : []), '-c', text], {
        env: shellEnvironment(),
        encoding: 'utf8',
        timeout: 30_000,
      })
      expect(stderr, shell).to.equal('')
      return stdout
    }

    for (const shell of ['bash', 'zsh', 'fish', 'powershell'])
      it(`is one that completes commands, flags and values: ${shell}`, async () => {
        const text = await script(shell)
        for (const word of ['get-token', 'cluster-id', 'profile-name', 'autocomplete values', 'version'])
          expect(text, word).to.contain(word)
        expect(text, 'nothing is left to ask the Go tool').not.to.contain('__complete')
      })

    it('is loaded without a word, in every shell that is here', () => {
      if (hasShell('bash'))
        expect(inShell('bash', 'source <(ack-ram-tool completion bash); complete -p ack-ram-tool')).to.match(
          /^complete -F \S+ ack-ram-tool\n$/,
        )
      if (hasShell('zsh'))
        expect(inShell('zsh', 'source <(ack-ram-tool completion zsh); print ${_comps[ack-ram-tool]}')).to.equal(
          '_ack-ram-tool\n',
        )
    })

    it('completes in a real fish', async function () {
      if (!hasShell('fish')) this.skip()
      const path = await home.write('c.fish', await script('fish'))
      const complete = (line: string): string[] =>
        inShell('fish', `source ${path}; complete -C "ack-ram-tool ${line}"`)
          .split('\n')
          .flatMap((found) => found.split('\t', 1).filter(Boolean))
      expect(complete('cred')).to.deep.equal(['credential-plugin'])
      expect(complete('credential-plugin get-')).to.have.members(['get-credential', 'get-kubeconfig', 'get-token'])
      expect(complete('credential-plugin get-token -c c1 --profile-')).to.have.members([
        '--profile-file',
        '--profile-name',
      ])
      expect(complete('credential-plugin get-token --api-version ')).to.have.members(['v1', 'v1beta1'])
    })

    it('has no descriptions in fish where none are wanted', async () => {
      const text = await script('fish', '--no-descriptions')
      expect(text).to.contain('get-token').and.not.to.contain(' -d ')
    })

    it('refuses a shell that it does not know, and shows help without one', async () => {
      const run = (...args: string[]): ReturnType<typeof runCli> => runCli(args, {home: home.dir})
      const {stdout, stderr, exitCode} = await run('completion', 'tcsh')
      expect({stdout, exitCode}).to.deep.equal({stdout: '', exitCode: 2})
      expect(stderr).to.contain('use one of: bash, zsh, fish, powershell')
      expect((await run('completion')).stdout).to.contain('completion bash|zsh|fish|powershell')
    })

    it("answers nothing to the Go tool's scripts, and exits with 0", async () => {
      for (const args of [['__complete', 'get-token', ''], ['__completeNoDesc', '--help'], ['__complete']]) {
        const {stdout, stderr, exitCode} = await runCli(args, {home: home.dir})
        expect({stdout, stderr, exitCode}, args.join(' ')).to.deep.equal({stdout: '', stderr: '', exitCode: 0})
      }
    })
  })

  describe('in a real bash', () => {
    before(function () {
      if (!hasShell('bash')) this.skip()
    })

    const complete = (...words: string[]): string[] => {
      const script = [
        `. "${join(functions(), 'bash/ack-ram-tool.bash')}"`,
        'COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; COMP_POINT=${#COMP_LINE}',
        '"$(complete -p ack-ram-tool | sed -E "s/.*-F ([^ ]+).*/\\1/")"',
        'printf "%s\\n" "${COMPREPLY[@]}"',
      ]
      const {stdout} = spawnSync('bash', ['--norc', '-c', script.join('\n'), 'bash', 'ack-ram-tool', ...words], {
        env: shellEnvironment(),
        encoding: 'utf8',
        cwd: home.dir,
      })
      // Bash shows equal words once.
      return [...new Set(stdout.split('\n').filter(Boolean))]
    }

    it('completes commands, and flags, be they the first or not', () => {
      expect(complete('cred')).to.deep.equal(['credential-plugin'])
      expect(complete('credential-plugin', 'get-')).to.have.members(['get-credential', 'get-kubeconfig', 'get-token'])
      const flags = ['--profile-file', '--profile-name']
      expect(complete('credential-plugin', 'get-token', '--profile-')).to.have.members(flags)
      expect(complete('credential-plugin', 'get-token', '-c', 'c1', '--profile-')).to.have.members(flags)
    })

    it('completes values, and runs nothing that stands in one', async () => {
      expect(complete('credential-plugin', 'get-token', '--profile-name', 'p')).to.deep.equal(['production'])
      expect(complete('credential-plugin', 'get-token', '--profile-name', '=', 'p')).to.deep.equal(['production'])
      expect(complete('get-kubeconfig', '--mode', 'cert')).to.have.members(['certificate', 'cert'])
      if (!STANDALONE) expect(complete('greet', '--language', 'f')).to.deep.equal(['french'])
      const [odd = ''] = complete('credential-plugin', 'get-token', '--profile-name', 's')
      const {stdout} = spawnSync('bash', ['-c', `printf %s ${odd}`], {encoding: 'utf8', cwd: home.dir})
      expect(stdout).to.equal('staging; touch $(touch broken) "it\'s"')
      expect(await readFile(join(home.dir, 'broken'), 'utf8').catch(() => 'not there')).to.equal('not there')
    })
  })

  describe('in a real zsh', () => {
    before(function () {
      if (!hasShell('zsh')) this.skip()
    })

    /**
     * What a line becomes when a person presses the tabulator at its end. Keys wait in the terminal until zsh reads
     * them, so what is typed next, the widget that prints the line, runs when the completion is over.
     */
    const complete = (line: string): string => {
      const script = `
zmodload zsh/zpty
zpty z zsh -f -i
zpty -w z 'unsetopt prompt_sp; PS1="> "; fpath=("${join(functions(), 'zsh')}" $fpath); autoload -Uz compinit; compinit -u -D; show() { print; print -r -- "LINE:$BUFFER:END" }; zle -N show; bindkey "^X" show; print REA""DY'
zpty -r z line '*READY'$'\\r'$'\\n''*'
zpty -w -n z ${JSON.stringify(line)}$'\\t\\x18'
zpty -r z rest '*LINE:*:END*'
print -r -- "\${rest##*LINE:}"
zpty -d z`
      const {stdout} = spawnSync('zsh', ['-f', '-c', script], {
        env: shellEnvironment(),
        encoding: 'utf8',
        timeout: 30_000,
      })
      return stdout
    }

    it('completes values that only the files know, and those that a command lists', () => {
      expect(complete('ack-ram-tool credential-plugin get-token --profile-name prod')).to.contain('production')
      expect(complete(`ack-ram-tool credential-plugin get-token -c ${CLUSTER_ID.slice(0, 5)}`)).to.contain(CLUSTER_ID)
      expect(complete('ack-ram-tool get-kubeconfig --mode ram')).to.contain('ram-authenticator-token')
      if (!STANDALONE) expect(complete('ack-ram-tool greet --language fr')).to.contain('french')
    })
  })

  describe('in a real PowerShell', () => {
    before(function () {
      if (!hasShell('pwsh')) this.skip()
    })

    it('completes flags and values', () => {
      const complete = (line: string): string[] => {
        const script = `. '${join(functions(), 'powershell/ack-ram-tool.ps1')}'
(TabExpansion2 -inputScript '${line}' -cursorColumn ${line.length}).CompletionMatches.CompletionText`
        const {stdout} = spawnSync('pwsh', ['-NoProfile', '-Command', script], {
          env: shellEnvironment(),
          encoding: 'utf8',
        })
        return stdout.split(/\r?\n/).filter(Boolean)
      }
      expect(complete('ack-ram-tool credential-plugin get-token --profile-n')).to.deep.equal(['--profile-name'])
      expect(complete('ack-ram-tool credential-plugin get-token --profile-name p')).to.deep.equal(['production'])
    })
  })
})
