import { formatDuration, severity, worse, type Status } from 'hale'
import { describeMoment, describeSpan } from '../incidents/moment.ts'
import type { Message, Notification } from '../model.ts'
import { plainText } from '../plain-text.ts'
import type { NewNotification } from '../store/store.ts'

export type DigestPart = NonNullable<Message['parts']>[number]

const TITLE = 250
/** Incidents that a digest shows; it says how many more there are. */
const LINES = 50

/**
 * Folds notifications that one channel missed into one, in the order in which they were made. It keeps the place of
 * the youngest, and names every message it stands for with its key.
 *
 * @param notifications at least one, oldest first.
 */
export function foldNotifications(notifications: readonly Notification[]): NewNotification {
  const youngest = notifications.at(-1)
  if (youngest === undefined) throw new TypeError('there is nothing to fold')
  const { incidentId, n, channel, createdAt } = youngest
  // The youngest is folded only once, so the key is new, and the same for whoever folds these.
  return { key: `${youngest.key}:digest`, incidentId, n, channel, createdAt, message: toDigest(notifications) }
}

/**
 * One truthful message for several, oldest first. Pure.
 *
 * Each incident has one line, told from its end: one that opened and closed meanwhile is told in the past tense, one
 * that goes on says since when. A digest among them is taken apart, so folding twice is folding once.
 */
export function toDigest(messages: readonly DigestPart[]): Message {
  const parts = messages.flatMap((part) => (part.message.kind === 'digest' ? (part.message.parts ?? []) : [part]))
  const stories = toStories(parts.map(({ message }) => message))
  const [first, ...others] = stories
  if (first === undefined) throw new TypeError('a digest needs at least one message')

  const now = Math.max(...parts.map(({ message }) => message.at))
  const open = stories.filter(isOpen)
  const worst = (open.length > 0 ? open : stories).reduce((a, b) => (isWorse(b.last, a.last) ? b : a))
  const alone = others.every(({ last }) => last.target.id === first.last.target.id)
  return {
    kind: 'digest',
    incidentId: worst.last.incidentId,
    target: worst.last.target,
    status: open.length > 0 ? worst.last.status : latestStatus(stories),
    severity: worst.last.severity,
    code: others.length === 0 ? first.last.code : undefined,
    title: toTitle(stories, open, now),
    text: toText(stories, now),
    observed: undefined,
    runbook: alone ? worst.last.runbook : undefined,
    at: now,
    openedAt: Math.min(...stories.map(({ last }) => last.openedAt)),
    link: alone ? worst.last.link : undefined,
    parts,
  }
}

/** What is told of one incident, from its messages. */
interface Story {
  readonly last: Message
  /** What it was at its worst; undefined when only its end is told. */
  readonly trouble: Status | undefined
  readonly code: Message['code']
  /** False when a later story of the same target follows: then its end is not how things are now. */
  readonly current: boolean
}

function toStories(messages: readonly Message[]): readonly Story[] {
  const byIncident = Map.groupBy(messages, ({ incidentId }) => incidentId)
  const lastIncident = new Map(messages.map(({ target, incidentId }) => [target.id, incidentId]))
  return [...byIncident].flatMap(([incidentId, told]) => {
    const last = told.at(-1)
    if (last === undefined) return []
    const troubles = told.filter(({ kind }) => kind === 'firing' || kind === 'update')
    const trouble = troubles.map(({ status }) => status).reduce<Status | undefined>(worseOf, undefined)
    const current = lastIncident.get(last.target.id) === incidentId
    return [{ last, trouble, code: troubles[0]?.code, current }]
  })
}

function worseOf(a: Status | undefined, b: Status): Status {
  return a === undefined ? b : worse(a, b)
}

function isOpen({ last }: Story): boolean {
  return last.kind === 'firing' || last.kind === 'update'
}

function isWorse(a: Message, b: Message): boolean {
  return severity(a.status) > severity(b.status)
}

/** "payments was unhealthy for 7 min (14:02–14:09 UTC) and is healthy again", "orders is unhealthy since 14:05 UTC". */
function clause(story: Story, now: number): string {
  const { last, trouble, current } = story
  const { name } = last.target
  if (isOpen(story)) return `${name} is ${last.status} since ${describeMoment(last.openedAt, now)}`
  if (last.kind !== 'resolved' || trouble === undefined) return last.title
  const span = describeSpan(last.openedAt, last.at, now)
  const was = `${name} was ${trouble} for ${formatDuration(Math.max(0, last.at - last.openedAt))} (${span})`
  if (!current) return was
  return `${was} and is ${last.status === 'healthy' ? 'healthy again' : `now ${last.status}`}`
}

/** As the clause, with what the title has no room for. */
function line(story: Story, now: number): string {
  const { last, trouble, code } = story
  if (isOpen(story)) return `${last.title} (since ${describeMoment(last.openedAt, now)})`
  if (trouble === undefined) return `${last.title} (${describeMoment(last.at, now)})`
  return code === undefined ? clause(story, now) : `${clause(story, now)}; it was ${code}`
}

/** Everything, if there is room; else how much there is, and what matters first: what is not over. */
function toTitle(stories: readonly Story[], open: readonly Story[], now: number): string {
  const tell = (some: readonly Story[]): string => some.map((story) => clause(story, now)).join('; ')
  const all = tell(stories)
  if (all.length <= TITLE) return all
  const count = `${stories.length} incidents, ${open.length === 0 ? 'all over' : `${open.length} not over`}`
  return plainText(`${count}: ${open.length === 0 ? all : tell(open)}`, TITLE)
}

/** One line an incident in order. Of too many, those that are over are left out first, the oldest before the younger. */
function toText(stories: readonly Story[], now: number): string {
  const byWeight = stories.toReversed().toSorted((a, b) => Number(isOpen(b)) - Number(isOpen(a)))
  const shown = new Set(byWeight.slice(0, LINES))
  const lines = stories.filter((story) => shown.has(story)).map((story) => line(story, now))
  const hidden = stories.length - lines.length
  return [...(hidden > 0 ? [`${hidden} more incidents, and:`] : []), ...lines].join('\n')
}

function latestStatus(stories: readonly Story[]): Status {
  return stories
    .filter(({ current }) => current)
    .map(({ last }) => last.status)
    .reduce(worse)
}
