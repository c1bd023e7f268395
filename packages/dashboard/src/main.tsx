import { render } from 'preact'
import { App } from './app.tsx'
import { startLive } from './live/live.ts'
import { startTitle } from './shell/title.ts'
import './styles/tokens.css'
import './styles/base.css'
import './styles/shell.css'
import './styles/overview.css'
import './styles/target.css'
import './styles/incidents.css'

const root = document.getElementById('app')
if (root === null) throw new Error('index.html has no element with the id app')
startTitle()
startLive()
render(<App />, root)
