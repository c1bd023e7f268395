import { lookup as systemLookup, type LookupAddress } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import ipaddr from 'ipaddr.js'
import type { NetworkPolicy } from '../config/monitor-config.ts'
import { ProbeFailure } from './failure.ts'
import { shareLookups } from './shared-lookup.ts'

type Address = ipaddr.IPv4 | ipaddr.IPv6
type Cidr = readonly [Address, number]

/** Judges where probes and webhooks may connect to, on the address itself and not on how it was written (S6). */
export interface Guard {
  /**
   * The `lookup` option of node:net, tls, http and https: looks the name up and hands on only addresses that may be
   * connected to; fails with {@link AddressRefused} when none is left. Node does not call it for IP literals.
   */
  readonly lookup: LookupFunction
  /**
   * Judges the host of a URL before it is connected to, because `lookup` is not called for IP literals.
   * Takes an IPv6 address with or without brackets; says nothing of names, which `lookup` judges.
   *
   * @throws {AddressRefused}
   */
  judgeHost(host: string): void
  /** Why `address` may not be connected to: the name of its range; undefined when it may. */
  refusal(address: string): string | undefined
}

/** The address is one that the network policy keeps out of reach. */
export class AddressRefused extends ProbeFailure {
  constructor(host: string, address: string, range: string) {
    const where = host === address ? address : `${address} (${host})`
    const words = range.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
    const key = PRIVATE.has(range) ? 'private' : 'allow'
    super('ADDRESS_REFUSED', `${where} is a ${words} address, which network.${key} does not permit`)
    this.name = 'AddressRefused'
  }
}

/** Ranges that `NetworkPolicy.private` speaks of, as ipaddr.js names them. */
const PRIVATE: ReadonlySet<string> = new Set(['private', 'loopback', 'uniqueLocal', 'carrierGradeNat'])

/**
 * Where clouds keep an instance's credentials outside the link-local ranges, which are refused anyway:
 * Alibaba, Oracle, Azure's wire server, AWS (instance, ECS, EKS), Google, Scaleway.
 */
const METADATA: readonly Cidr[] = [
  '100.100.100.200/32',
  '192.0.0.192/32',
  '168.63.129.16/32',
  'fd00:ec2::/32',
  'fd20:ce::254/128',
  'fd00:42::42/128',
].map((range) => ipaddr.parseCIDR(range))

/**
 * Makes the guard of a network policy.
 *
 * Forms that carry an IPv4 address inside an IPv6 one (mapped, compatible, translated, NAT64, 6to4) are judged by the
 * address they lead to. An entry of `policy.allow` permits an address by either spelling, metadata services among them.
 *
 * @param lookup the system's own; given in tests.
 * @throws {TypeError} when an entry of `policy.allow` is not a CIDR range.
 */
export function createGuard(policy: NetworkPolicy, lookup: typeof systemLookup = systemLookup): Guard {
  const allow = policy.allow.map(parseRange)
  const find = shareLookups(lookup)

  const refusal = (text: string): string | undefined => {
    const address = ipaddr.parse(text)
    const inner = unwrap(address)
    if (within(address, allow) || within(inner, allow)) return undefined
    if (within(inner, METADATA)) return 'cloud metadata'
    const range = inner.range()
    return range === 'unicast' || (policy.private && PRIVATE.has(range)) ? undefined : range
  }

  return {
    refusal,
    judgeHost(host) {
      const address = host.startsWith('[') ? host.slice(1, -1) : host
      if (isIP(address) === 0) return
      const range = refusal(address)
      if (range !== undefined) throw new AddressRefused(address, address, range)
    },
    lookup(hostname, options, callback) {
      find(hostname, { ...options, all: true }, (error, found) => {
        if (error !== null) return callback(error, [])
        const open = found.filter(({ address }) => refusal(address) === undefined)
        const [first] = open
        if (first === undefined) return callback(refused(hostname, found, refusal), [])
        if (options.all === true) callback(null, open)
        else callback(null, first.address, first.family)
      })
    },
  }
}

function refused(host: string, found: readonly LookupAddress[], refusal: Guard['refusal']): Error {
  const [first] = found
  if (first === undefined) return Object.assign(new Error(`${host} has no address`), { code: 'ENOTFOUND' })
  return new AddressRefused(host, first.address, refusal(first.address) ?? 'unknown')
}

/** The IPv4 address that an IPv6 address leads to, if it does; else the address itself. */
function unwrap(address: Address): Address {
  if (address.kind() === 'ipv4') return address
  const { parts } = address as ipaddr.IPv6
  switch (address.range()) {
    case 'ipv4Mapped':
    case 'rfc6145':
      return fromParts(parts, 6)
    case 'rfc6052':
      // 64:ff9b::/96 has one meaning. Of 64:ff9b:1::/48 only its network knows where the address stands: not unwrapped.
      return parts[2] === 0 ? fromParts(parts, 6) : address
    case '6to4':
      return fromParts(parts, 1)
    case 'unicast':
      // ::a.b.c.d, the IPv4-compatible form of RFC 4291, is in no table of special ranges.
      return parts.slice(0, 6).every((part) => part === 0) ? fromParts(parts, 6) : address
    default:
      return address
  }
}

function fromParts(parts: readonly number[], at: number): ipaddr.IPv4 {
  const high = parts[at] ?? 0
  const low = parts[at + 1] ?? 0
  return new ipaddr.IPv4([high >> 8, high & 0xff, low >> 8, low & 0xff])
}

function within(address: Address, ranges: readonly Cidr[]): boolean {
  return ranges.some(([base, bits]) => base.kind() === address.kind() && address.match(base, bits))
}

function parseRange(text: string): Cidr {
  if (!ipaddr.isValidCIDR(text)) throw new TypeError(`network.allow: "${text}" is not a range such as 169.254.10.0/24`)
  return ipaddr.parseCIDR(text)
}
