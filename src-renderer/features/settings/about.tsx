import type { RequestOutput } from '#shared/ipc/contract'
import { useEffect, useState } from 'react'
import { appInfo } from '../../actions/app-info'
import { Group, Line } from './line'

/** What this is. */
export function About() {
  const [info, setInfo] = useState<RequestOutput<'app/info'>>()
  useEffect(() => void appInfo().then(setInfo), [])
  return (
    <Group title="About">
      <Line label="Version">
        <span className="text-muted">{info === undefined ? '' : `TiM Studio ${info.version}, Electron ${info.electron}`}</span>
      </Line>
    </Group>
  )
}
