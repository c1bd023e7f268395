import type { Notification } from '../model.ts'
import type { HistoryReader } from '../store/store.ts'
import type { Picture } from './picture.ts'

/** Has the pages look again at every incident that something was just sent of, or could not be: a digest is of several. */
export async function retellIncidents(
  { message, incidentId }: Pick<Notification, 'message' | 'incidentId'>,
  history: Pick<HistoryReader, 'incident'>,
  picture: Pick<Picture, 'retell'>,
): Promise<void> {
  const ids = new Set(message.parts?.map((part) => part.message.incidentId) ?? [incidentId])
  for (const id of ids) {
    const found = await history.incident(id)
    if (found !== undefined) picture.retell(found.incident)
  }
}
