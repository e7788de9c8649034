/**
 * The regions of the Container Service with where they are, for completion. One that is missing here can be typed.
 *
 * @see https://www.alibabacloud.com/help/en/ack/product-overview/supported-regions
 */
export const REGIONS: Readonly<Record<string, string>> = {
  'ap-northeast-1': 'Japan (Tokyo)',
  'ap-northeast-2': 'South Korea (Seoul)',
  'ap-southeast-1': 'Singapore',
  'ap-southeast-3': 'Malaysia (Kuala Lumpur)',
  'ap-southeast-5': 'Indonesia (Jakarta)',
  'ap-southeast-6': 'Philippines (Manila)',
  'ap-southeast-7': 'Thailand (Bangkok)',
  'cn-beijing': 'China (Beijing)',
  'cn-chengdu': 'China (Chengdu)',
  'cn-fuzhou': 'China (Fuzhou)',
  'cn-guangzhou': 'China (Guangzhou)',
  'cn-hangzhou': 'China (Hangzhou)',
  'cn-heyuan': 'China (Heyuan)',
  'cn-hongkong': 'China (Hong Kong)',
  'cn-huhehaote': 'China (Hohhot)',
  'cn-nanjing': 'China (Nanjing)',
  'cn-qingdao': 'China (Qingdao)',
  'cn-shanghai': 'China (Shanghai)',
  'cn-shenzhen': 'China (Shenzhen)',
  'cn-wuhan-lr': 'China (Wuhan)',
  'cn-wulanchabu': 'China (Ulanqab)',
  'cn-zhangjiakou': 'China (Zhangjiakou)',
  'cn-zhengzhou-jva': 'China (Zhengzhou)',
  'eu-central-1': 'Germany (Frankfurt)',
  'eu-west-1': 'UK (London)',
  'me-central-1': 'Saudi Arabia (Riyadh)',
  'me-east-1': 'UAE (Dubai)',
  'na-south-1': 'Mexico',
  'us-east-1': 'US (Virginia)',
  'us-west-1': 'US (Silicon Valley)',
}
