// One form everywhere, whatever the browser's language: the page is English and incidents are read aloud by their 24-hour time.
const LOCALE = 'en-GB'

/** Writes instants in one time zone; the viewer's own unless a test says otherwise. */
export interface Times {
  /** Short: `14:02` today, `21 Nov 14:02` this year, `21 Nov 2025 14:02` before. */
  at(wall: number, now: number): string
  /** Whole: `Sun, 22 Nov 2026, 14:02:31 CET`. */
  exact(wall: number): string
  /** `14:02:31`. */
  second(wall: number): string
  /** `14:02`. */
  minute(wall: number): string
  /** `22 Nov`. */
  day(wall: number): string
}

export function createTimes(timeZone?: string): Times {
  const zone = timeZone === undefined ? {} : { timeZone }
  const format = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
    new Intl.DateTimeFormat(LOCALE, { ...options, ...zone })
  const minute = format({ hour: '2-digit', minute: '2-digit' })
  const second = format({ hour: '2-digit', minute: '2-digit', second: '2-digit' })
  const day = format({ day: 'numeric', month: 'short' })
  const dayOfYear = format({ day: 'numeric', month: 'short', year: 'numeric' })
  const exact = format({
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'short',
  })
  return {
    at(wall, now) {
      const date = dayOfYear.format(wall)
      const today = dayOfYear.format(now)
      if (date === today) return minute.format(wall)
      const sameYear = date.slice(-4) === today.slice(-4)
      return `${sameYear ? day.format(wall) : date} ${minute.format(wall)}`
    },
    exact: (wall) => exact.format(wall),
    second: (wall) => second.format(wall),
    minute: (wall) => minute.format(wall),
    day: (wall) => day.format(wall),
  }
}

/** In the viewer's time zone. */
export const times: Times = createTimes()
