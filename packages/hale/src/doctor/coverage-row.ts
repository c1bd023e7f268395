/** One kind of thing that apps depend on: how it shows, and what checks it. */
export interface Coverage {
  /**
   * Packages of npm that mean the app uses it, and the expression of what the check takes of each: the app's own client, as
   * it is often called. Undefined: the check cannot ask through that package.
   */
  readonly packages: Readonly<Record<string, string | undefined>>
  /** Names of variables that mean the app is told where it is. */
  readonly environment: RegExp
  /** Schemes of its addresses. */
  readonly schemes?: readonly string[]
  /** Images of containers, without registry, owner and tag. */
  readonly images?: RegExp
  /** The check to use: a file of `hale/checks`. */
  readonly check: string
  /** Other checks that cover it just as well. */
  readonly orBy?: readonly string[]
  /** A check of the app's own whose name has this word in it covers it too. */
  readonly named: RegExp
  /** The name to register it under. */
  readonly name: string
  /** Absent: the check asks through the app's own client alone. */
  readonly address?: Address
  /** What to write, given the expression of a client or of an address, and the names of the variables that are there. */
  readonly call: (source: string, names: readonly string[]) => string
  /** The same for a file of `hale serve`, beside `type`. Absent: it has none. */
  readonly fields?: (source: string) => string
}

/** How a check takes an address. */
export interface Address {
  /** The name of a variable that holds one, as far as a name tells. */
  readonly variable: RegExp
  /** An expression to mend by hand, where there is no such variable. */
  readonly example: string
  /** The package that the check needs for it. Absent: none. */
  readonly needs?: string
}

/** The name of a variable that holds a whole address. */
export const WHOLE: RegExp = /(?:URL|URI|DSN)$/

/** Names that hold an address, whole or in parts, and begin with one of these words: `REDIS_URL`, and `SHOP_REDIS_HOST` too. */
export const about = (...words: readonly string[]): RegExp =>
  new RegExp(
    `(?:^|_)(?:${words.join('|')})\\d*(?:_(?:URL|URI|DSN|HOST|HOSTS|HOSTNAME|NODE|NODES|SERVER|SERVERS|ENDPOINT|ADDR|ADDRESS|BROKER|BROKERS|BOOTSTRAP_SERVERS))?$`,
  )

/** For most checks of `hale serve`. */
export const byUrl = (source: string): string => `url: ${source}`

/** A name that no variable has. */
export const NEVER: RegExp = /(?!)/
