import {expect} from 'chai'

import {startCredentialsUriServer, type LocalCredentialsUriServer} from './credentials-uri-server.ts'
import {NOW} from './sts-client.ts'

describe('startCredentialsUriServer', () => {
  let server: LocalCredentialsUriServer

  afterEach(() => server.close())

  it('hands out credentials for an hour, others each time', async () => {
    server = await startCredentialsUriServer({now: () => NOW})
    const [first, second] = [await (await fetch(server.url)).json(), await (await fetch(server.url)).json()]
    expect(first).to.include({Code: 'Success', Expiration: '2026-11-24T11:00:00Z'})
    expect(first).to.have.all.keys('Code', 'AccessKeyId', 'AccessKeySecret', 'SecurityToken', 'Expiration')
    expect(first).not.to.deep.equal(second)
  })

  it('answers what it is told, at any path, and remembers no query', async () => {
    server = await startCredentialsUriServer({body: {AccessKeyId: ''}})
    const {origin} = new URL(server.url)
    expect(await (await fetch(`${origin}/x?token=SECRET`)).json()).to.deep.equal({AccessKeyId: ''})
    server.answerWith({status: 500, body: 'SECRET text'})
    const answer = await fetch(server.url, {method: 'POST'})
    expect(answer.status).to.equal(500)
    expect(await answer.text()).to.equal('SECRET text')
    expect(server.requests).to.deep.equal([
      {method: 'GET', path: '/x', status: 200},
      {method: 'POST', path: '/credentials', status: 500},
    ])
  })
})
