/** An IP address. IPv4 has 32 bits, however it was spelt. */
export interface Address {
  readonly bits: 32 | 128
  readonly value: bigint
}

/** Addresses that are IPv4 in IPv6's clothes: IPv4-mapped (RFC 4291, 2.5.5.2) and NAT64 (RFC 6052, 2.1). */
const WRAPPINGS: ReadonlySet<bigint> = new Set([0xffffn, 0x64ff9b_00000000_00000000n])
const LOW_32 = 0xffffffffn

/** The address in a text, without port; undefined when it is none. IPv4-mapped and NAT64 forms are unwrapped. */
export function parseAddress(text: string): Address | undefined {
  const [bare = ''] = text.split('%', 1) // without its zone
  if (!bare.includes(':')) {
    const value = readV4(bare)
    return value === undefined ? undefined : { bits: 32, value }
  }
  const value = readV6(bare)
  if (value === undefined) return undefined
  return WRAPPINGS.has(value >> 32n) ? { bits: 32, value: value & LOW_32 } : { bits: 128, value }
}

/** No leading zeros: some read them as octal. */
function readV4(text: string): bigint | undefined {
  const parts = text.split('.')
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255)) {
    return undefined
  }
  return parts.reduce((value, part) => (value << 8n) | BigInt(part), 0n)
}

function readV6(text: string): bigint | undefined {
  const embedded = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text)
  if (embedded !== null) {
    const [, before = '', dotted = ''] = embedded
    const v4 = readV4(dotted)
    return v4 === undefined ? undefined : readV6(`${before}${(v4 >> 16n).toString(16)}:${(v4 & 0xffffn).toString(16)}`)
  }
  const halves = text.split('::').map((half) => (half === '' ? [] : half.split(':')))
  const [head = [], tail = []] = halves
  const missing = 8 - head.length - tail.length
  const complete = halves.length === 1 ? missing === 0 : halves.length === 2 && missing > 0
  if (!complete) return undefined
  const groups = [...head, ...Array.from({ length: missing }, () => '0'), ...tail]
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined
  return groups.reduce((value, group) => (value << 16n) | BigInt(`0x${group}`), 0n)
}

/** A range of addresses. */
export interface AddressRange {
  contains(address: Address): boolean
}

/** The range in a text such as `10.0.0.0/8`, `2001:db8::/32` or a single address; a string that says what is wrong with it. */
export function parseRange(text: string): AddressRange | string {
  const [, before = '', length] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(text) ?? []
  const base = parseAddress(before)
  if (base === undefined) return `${JSON.stringify(text)} is not an address or a range such as "10.0.0.0/8"`
  const { bits, value } = base
  // The length of a wrapped range counts the wrapping's 96 bits as well.
  const unwrapped = bits === 32 && before.includes(':') ? 96 : 0
  const prefix = length === undefined ? bits : Number(length) - unwrapped
  if (prefix < 0 || prefix > bits)
    return `${JSON.stringify(text)} has a length that is not from ${unwrapped} to ${bits + unwrapped}`
  const rest = BigInt(bits - prefix)
  if ((value >> rest) << rest !== value) return `${JSON.stringify(text)} has bits set beyond its length`
  return { contains: (address) => address.bits === bits && address.value >> rest === value >> rest }
}

/** Whether an address, as text, lies in one of the ranges. */
export function isWithin(text: string | undefined, ranges: readonly AddressRange[]): boolean {
  const address = text === undefined ? undefined : parseAddress(text)
  return address !== undefined && ranges.some((range) => range.contains(address))
}

/**
 * Whom a request comes from: the peer, or, where that is a trusted proxy, whom the proxies say. `X-Forwarded-For` is read
 * from its end, where the nearest proxy wrote, as far as those who wrote are trusted; what stands before is hearsay.
 */
export function clientAddress(
  peer: string | undefined,
  forwarded: () => string | undefined,
  proxies: readonly AddressRange[],
): Address | undefined {
  let address = peer === undefined ? undefined : parseAddress(peer)
  if (proxies.length === 0) return address
  const isProxy = (each: Address | undefined): boolean =>
    each !== undefined && proxies.some((range) => range.contains(each))
  const hops = isProxy(address) ? (forwarded()?.split(',') ?? []) : []
  for (const hop of hops.reverse()) {
    if (!isProxy(address)) break
    address = parseAddress(withoutPort(hop.trim()))
  }
  return address
}

/** Some proxies write `192.0.2.1:4711` and `[2001:db8::1]:4711`. */
function withoutPort(text: string): string {
  return /^\[([^\]]*)\](?::\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text
}
