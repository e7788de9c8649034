import {constantFrom, oneof} from 'fast-check'

import {instanceRegion, readEcsMetadata} from '../../../src/lib/credentials/sources/read-ecs-metadata.ts'
import {readCredentialsUri} from '../../../src/lib/credentials/sources/read-credentials-uri.ts'
import {must, mustEqual} from '../fuzz-target.ts'
import {mostly, object, values, withoutHttpWhitespace} from '../json-texts.ts'
import {firstOf, serviceTarget, textOf} from '../service-target.ts'
import {checkSession, SESSION_MEMBERS} from './sts.ts'

const ANSWER = object({
  Code: mostly(values('Success', 'Success', 'Success', 'Failed'), 30),
  ...SESSION_MEMBERS,
  LastUpdated: values('x'),
})
const WORDS = constantFrom('token-of-the-service', 'node-role', 'node-role\n', 'a/b', '..', '\u001B[31m', 'a b', '')
const SEED =
  '{"AccessKeyId":"STS.new","AccessKeySecret":"SECRET-new","Expiration":"2026-01-02T04:04:05Z","SecurityToken":"SECRET-new-token","LastUpdated":"2026-01-01T22:04:05Z","Code":"Success"}'

/** The metadata service of an ECS instance: a session token, the role, its credentials, the region. */
export const imds = serviceTarget('imds', [
  {
    body: oneof({weight: 2, arbitrary: WORDS}, {weight: 1, arbitrary: ANSWER}),
    seeds: [['token-of-the-service', 'node-role', SEED]],
    run: async ({context, bodies}) => checkSession(await readEcsMetadata(undefined, context, undefined), bodies[2]),
  },
  {
    body: oneof({weight: 1, arbitrary: WORDS}, {weight: 2, arbitrary: ANSWER}),
    seeds: [['token-of-the-service', SEED]],
    run: async ({context, bodies}) => checkSession(await readEcsMetadata('node-role', context, undefined), bodies[1]),
  },
  {
    body: oneof(WORDS, constantFrom('cn-hangzhou', 'cn-hangzhou', 'cn_hangzhou')),
    seeds: [['token-of-the-service', 'cn-hangzhou']],
    run: async ({context, replies}) => {
      const region = await instanceRegion(context)
      must(/^[a-z0-9-]+$/.test(region), 'a region that is none')
      must(
        replies.some(({body}) => body.trim() === region),
        'a region that nobody has named',
      )
    },
  },
])

/** A URI that gives credentials. */
export const uri = serviceTarget('uri', [
  {
    body: ANSWER,
    seeds: [[SEED]],
    run: async (given) => {
      const credentials = await readCredentialsUri(
        {uri: 'http://127.0.0.1:1/?token=SECRET-uri', host: '127.0.0.1:1'},
        given.context,
        undefined,
      )
      const {AccessKeyId: id, AccessKeySecret: secret, SecurityToken: token, Expiration: end} = firstOf(given)
      mustEqual(credentials.accessKeyId, id, 'the AccessKey ID')
      mustEqual(credentials.accessKeySecret.reveal(), secret, 'the AccessKey secret')
      mustEqual(credentials.securityToken?.reveal() ?? '', withoutHttpWhitespace(textOf(token)), 'the security token')
      mustEqual(
        credentials.expiration?.getTime() ?? 0,
        textOf(end) === '' ? 0 : Date.parse(textOf(end)),
        'the expiration',
      )
    },
  },
])
