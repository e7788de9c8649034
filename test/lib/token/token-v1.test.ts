import {expect} from 'chai'

import {isAcceptedStsHost} from '../../../src/lib/token/token-v1.ts'

describe('isAcceptedStsHost', () => {
  it('takes the global STS, those of regions and those of China’s own domain', () => {
    for (const host of ['sts.aliyuncs.com', 'sts.eu-central-1.aliyuncs.com', 'sts.cn-hangzhou.aliyuncs.com.cn'])
      expect(isAcceptedStsHost(host), host).to.equal(true)
  })

  it('takes no host that only looks like one', () => {
    for (const host of [
      '',
      'aliyuncs.com',
      'sts..aliyuncs.com',
      'xsts.aliyuncs.com',
      'x.sts.aliyuncs.com',
      'sts.aliyuncs.com.example',
      'sts.aliyuncs.com:443',
      'sts.aliyuncs.com.cn.example',
      'sts.a.b.aliyuncs.com',
      'sts.A.aliyuncs.com',
      'stsXaliyuncs.com',
      'sts.aliyuncsXcom',
    ])
      expect(isAcceptedStsHost(host), host).to.equal(false)
  })
})
