import {expect} from 'chai'

import {AckError} from '../../../src/lib/base/errors.ts'
import {
  compactText,
  judgeTrust,
  lengthWarnings,
  namedSubjects,
  parseTrustPolicy,
  readableText,
  risksOf,
  withoutSubject,
  withSubject,
} from '../../../src/lib/rrsa/trust-policy.ts'
import type {TrustedSubject} from '../../../src/lib/rrsa/trust-statement.ts'

const PROVIDER = {
  arn: 'acs:ram::1:oidc-provider/ack-rrsa-c1',
  issuer: 'https://issuer/c1',
  audience: 'sts.aliyuncs.com',
}
const subject = (namespace: string, name: string): TrustedSubject => ({provider: PROVIDER, account: {namespace, name}})
const SA1 = subject('ns1', 'sa1')

const statement = (changes: object = {}): object => ({
  Effect: 'Allow',
  Action: 'sts:AssumeRole',
  Principal: {Federated: [PROVIDER.arn]},
  Condition: {
    StringEquals: {
      'oidc:aud': 'sts.aliyuncs.com',
      'oidc:iss': PROVIDER.issuer,
      'oidc:sub': 'system:serviceaccount:ns1:sa1',
    },
  },
  ...changes,
})
const conditions = (sub: unknown, operator = 'StringEquals', more: object = {}): object => {
  const equal = {'oidc:aud': 'sts.aliyuncs.com', 'oidc:iss': PROVIDER.issuer}
  if (operator === 'StringEquals') return {Condition: {StringEquals: {...equal, 'oidc:sub': sub}, ...more}}
  return {Condition: {StringEquals: equal, [operator]: {'oidc:sub': sub}, ...more}}
}
const text = (...statements: readonly object[]): string => JSON.stringify({Statement: statements, Version: '1'})
const edit = (policy: string, wanted = SA1): string =>
  compactText(withSubject(parseTrustPolicy(policy, 'role r'), wanted, 'role r'))

describe('a trust policy', () => {
  it('keeps large numbers, escapes, unknown names, names that stand twice, and their order', () => {
    const kept = String.raw`{"Zeta":12345678901234567890,"a":1.50,"Statement":[{"Sid":"<&>é","Effect":"Deny","Action":"x:Y","Effect":"Deny"}],"b":{"c":null},"b":1e400}`
    const after = edit(kept)
    expect(after.replace(/,\{"Action":"sts:AssumeRole".*?\}\}\](?=,"b")/, ']')).to.not.equal(after)
    expect(after).to.contain('"Zeta":12345678901234567890,"a":1.50,')
    expect(after).to.contain(String.raw`{"Sid":"<&>é","Effect":"Deny","Action":"x:Y","Effect":"Deny"}`)
    expect(after).to.match(/"b":\{"c":null\},"b":1e400\}$/)
  })

  it('is not replaced where it is no policy', () => {
    for (const broken of [
      '',
      'null',
      '[]',
      '{',
      '{"Version":"1"}',
      '{"Statement":"x"}',
      '{"Statement":[1]}',
      '{"Statement":[],"Statement":[]}',
    ]) {
      let error: unknown
      try {
        edit(broken)
      } catch (thrown) {
        error = thrown
      }
      expect(error, broken).to.be.instanceOf(AckError).and.include({code: 'PreconditionFailed'})
    }
  })

  it('takes one statement for a list of one', () => {
    const before = JSON.stringify({Statement: statement(conditions('system:serviceaccount:ns1:other')), Version: '1'})
    expect(JSON.parse(edit(before)))
      .to.have.property('Statement')
      .with.length(1)
    expect(namedSubjects(parseTrustPolicy(edit(before), ''), PROVIDER)).to.deep.equal([
      'system:serviceaccount:ns1:other',
      'system:serviceaccount:ns1:sa1',
    ])
  })

  describe('is left alone when it says the same already', () => {
    const SAME: Readonly<Record<string, object>> = {
      'byte by byte': statement(),
      'with the provider as a text': statement({Principal: {Federated: PROVIDER.arn}}),
      'with lists of one': statement({
        Action: ['sts:AssumeRole'],
        Condition: {
          StringEquals: {
            'oidc:aud': ['sts.aliyuncs.com'],
            'oidc:iss': [PROVIDER.issuer],
            'oidc:sub': ['system:serviceaccount:ns1:sa1'],
          },
        },
      }),
      'with more actions, providers, audiences and subjects': statement({
        Action: ['sts:AssumeRole', 'sts:TagSession'],
        Principal: {Federated: ['other', PROVIDER.arn]},
        Condition: {
          StringEquals: {
            'oidc:sub': ['a', 'system:serviceaccount:ns1:sa1'],
            'oidc:aud': ['x', 'sts.aliyuncs.com'],
            'oidc:iss': PROVIDER.issuer,
          },
        },
      }),
      'with wildcards in actions': statement({Action: 'sts:*'}),
      'by a wildcard for the namespace': statement(conditions('system:serviceaccount:ns1:*', 'StringLike')),
      'by a wildcard for a part': statement(conditions('system:serviceaccount:ns?:sa*', 'StringLike')),
      'by a pattern without wildcards': statement(conditions('system:serviceaccount:ns1:sa1', 'StringLike')),
      'without a look at the subject': statement({Condition: {StringEquals: {'oidc:aud': 'sts.aliyuncs.com'}}}),
    }
    for (const [name, same] of Object.entries(SAME))
      it(name, () => {
        expect(edit(text({other: 1}, same))).to.equal(text({other: 1}, same))
      })
  })

  describe('gets a statement when it only looks the same', () => {
    const OTHER: Readonly<Record<string, object>> = {
      'for another provider': statement({Principal: {Federated: ['acs:ram::1:oidc-provider/ack-rrsa-c2']}}),
      'for another issuer': statement({
        Condition: {StringEquals: {'oidc:sub': 'system:serviceaccount:ns1:sa1', 'oidc:iss': 'https://issuer/c2'}},
      }),
      'under one more condition': statement(
        conditions('system:serviceaccount:ns1:sa1', 'StringEquals', {IpAddress: {'acs:SourceIp': '10.0.0.0/8'}}),
      ),
      'for another action': statement({Action: 'sts:TagSession'}),
      'with an element that is not known': statement({NotAction: 'x'}),
      'with names in another case': statement({effect: 'Deny', Effect: 'allow'}),
    }
    for (const [name, other] of Object.entries(OTHER))
      it(name, () => {
        const after = JSON.parse(edit(text(other))) as {Statement: readonly object[]}
        expect(after.Statement).to.have.length(2)
        expect(after.Statement[0]).to.deep.equal(other)
        expect(after.Statement[1]).to.deep.equal(statement())
      })
  })

  it('gets a subject into the list of a statement that differs in nothing else', () => {
    const before = text({a: 1}, statement(conditions('system:serviceaccount:ns1:sa0')))
    const after = JSON.parse(edit(before)) as {Statement: readonly object[]}
    expect(after.Statement).to.deep.equal([
      {a: 1},
      statement(conditions(['system:serviceaccount:ns1:sa0', 'system:serviceaccount:ns1:sa1'])),
    ])
    expect(edit(JSON.stringify(after))).to.equal(JSON.stringify(after))
  })

  it('takes a wildcard literally where StringEquals does', () => {
    const after = JSON.parse(edit(text(statement(conditions('system:serviceaccount:ns1:*'))))) as {
      Statement: readonly object[]
    }
    expect(after.Statement).to.deep.equal([
      statement(conditions(['system:serviceaccount:ns1:*', 'system:serviceaccount:ns1:sa1'])),
    ])
  })

  it('has wildcards in StringLike, in a statement of their own', () => {
    const before = text(statement())
    for (const [namespace, name] of [
      ['*', 'sa1'],
      ['ns1', '*'],
      ['ns*', 'sa?'],
    ] as const) {
      const after = JSON.parse(edit(before, subject(namespace, name))) as {Statement: readonly object[]}
      expect(after.Statement[1]).to.deep.equal(
        statement(conditions(`system:serviceaccount:${namespace}:${name}`, 'StringLike')),
      )
    }
    const both = edit(edit(before, subject('ns1', '*')), subject('ns2', '*'))
    expect((JSON.parse(both) as {Statement: readonly object[]}).Statement).to.have.length(2)
  })

  it('does not take a narrower pattern for a wider one', () => {
    const like = (sub: string): string => text(statement(conditions(sub, 'StringLike')))
    expect(edit(like('system:serviceaccount:ns1:?'), subject('ns1', '*'))).not.to.equal(
      like('system:serviceaccount:ns1:?'),
    )
    expect(edit(like('system:serviceaccount:ns1:*'), subject('ns1', 's?'))).to.equal(
      like('system:serviceaccount:ns1:*'),
    )
  })

  it('is not extended where another statement denies it', () => {
    const denied = text(statement({Effect: 'Deny', ...conditions('system:serviceaccount:ns1:*', 'StringLike')}))
    expect(() => edit(denied)).to.throw(AckError, 'denies service account ns1/sa1')
    const perhaps = statement({
      Effect: 'Deny',
      ...conditions('system:serviceaccount:ns1:sa1', 'StringEquals', {Bool: {x: 'y'}}),
    })
    const judged = judgeTrust(parseTrustPolicy(text(statement(), perhaps), ''), {
      provider: PROVIDER,
      subject: 'system:serviceaccount:ns1:sa1',
    })
    expect(judged).to.deep.equal({isAllowed: true, isDenied: false, isUncertain: true})
  })

  it('loses exactly one subject, and a statement with its last one', () => {
    const without = (policy: string): string => compactText(withoutSubject(parseTrustPolicy(policy, ''), SA1))
    const other = statement({Sid: 'kept'})
    expect(without(text({a: 1}, statement(), other))).to.equal(text({a: 1}, other))
    const two = ['system:serviceaccount:ns1:sa1', 'system:serviceaccount:ns1:sa2']
    expect(without(text(statement(conditions(two))))).to.equal(text(statement(conditions([two[1]]))))
    const wildcard = text(statement(conditions('system:serviceaccount:ns1:*', 'StringLike')))
    expect(without(wildcard)).to.equal(wildcard)
  })

  it('warns of its length, of root, and of what a statement does not look at', () => {
    const many = Array.from({length: 60}, (_, n) => `system:serviceaccount:ns1:account-${n}`)
    expect(lengthWarnings(parseTrustPolicy(text(statement(conditions(many))), ''))[0]).to.contain('more than 2048')
    expect(lengthWarnings(parseTrustPolicy(text(statement()), ''))).to.deep.equal([])
    const risky = parseTrustPolicy(
      text(
        {Effect: 'Allow', Action: 'sts:AssumeRole', Principal: {RAM: ['acs:ram::1:root']}},
        {Effect: 'Allow', Action: 'sts:AssumeRole', Principal: {Federated: [PROVIDER.arn]}},
      ),
      '',
    )
    expect(risksOf(risky, PROVIDER).join()).to.contain(':root').and.contain('oidc:sub').and.contain('oidc:aud')
  })

  it('is shown with indentation, and sent without', () => {
    const policy = parseTrustPolicy('{ "Statement" : [ ], "Version" : "1" }', '')
    expect(compactText(policy)).to.equal('{"Statement":[],"Version":"1"}')
    expect(readableText(policy)).to.equal('{\n  "Statement": [],\n  "Version": "1"\n}\n')
  })
})
