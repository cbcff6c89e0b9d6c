import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { startStudio } from './actions/start'
import { App } from './app/app'
import './ui/theme.css'

/** The window begins: settings first, so that the first paint has the panels and colours it will keep. */
async function begin(): Promise<void> {
  await startStudio()
  const root = document.getElementById('root')
  if (root === null) throw new Error('index.html has no #root')
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  )
}

void begin()
