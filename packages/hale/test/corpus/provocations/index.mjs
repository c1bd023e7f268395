import { clouds } from './clouds.mjs'
import { commands } from './commands.mjs'
import { data } from './data.mjs'
import { first } from './first.mjs'
import { plain } from './plain.mjs'
import { values } from './values.mjs'
import { web } from './web.mjs'

export { plain }

/** What makes real clients throw: the package, what is done, and a function of the secret, the places and the package. */
export const provocations = [...first, ...commands, ...values, ...web, ...clouds, ...data]
