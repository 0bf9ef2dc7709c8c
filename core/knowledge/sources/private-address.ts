import { BlockList, isIP } from 'node:net';

/** Networks that are not the public internet (IANA special-purpose address registries, RFC 6890). */
const SPECIAL_V4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
];
const SPECIAL_V6 = [
  '::/96',
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '100::/64',
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
  'fc00::/7',
  'fe80::/10',
  'fec0::/10',
  'ff00::/8',
];

function blockList(): BlockList {
  const list = new BlockList();
  for (const [networks, family] of [
    [SPECIAL_V4, 'ipv4'],
    [SPECIAL_V6, 'ipv6'],
  ] as const) {
    for (const network of networks) {
      const [address = '', prefix = ''] = network.split('/');
      list.addSubnet(address, Number(prefix), family);
    }
  }
  return list;
}

/**
 * Makes the test whether an IP address is anything but a public one: loopback, private, link-local (cloud metadata),
 * multicast, documentation, and IPv6 addresses that carry an IPv4 one. What is no address counts as private.
 */
export function createPrivateAddressTest(): (address: string) => boolean {
  const special = blockList();
  return (address) => {
    const family = isIP(address);
    if (family === 0) return true;
    const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
    if (mapped) return special.check(mapped, 'ipv4');
    if (/^::ffff:/i.test(address)) return true;
    return special.check(address, family === 4 ? 'ipv4' : 'ipv6');
  };
}
