import { useEffect, useState } from 'react'
import { appInfo, openFolder } from '../../actions/app-info'
import type { Failure } from '#shared/ipc/failure'
import { Button } from '../../ui/button'
import { Notice } from '../../ui/notice'
import { Line } from './line'

/** Where everything is kept. */
export function Disk() {
  const [folder, setFolder] = useState('')
  const [failure, setFailure] = useState<Failure>()
  useEffect(() => void appInfo().then((info) => setFolder(info?.dataFolder ?? '')), [])
  const open = async () => setFailure(await openFolder('data'))
  return (
    <>
      <Line label="Everything is in" note="To keep it elsewhere, start the studio with TIM_HOME set to another folder.">
        <div className="flex flex-wrap items-center gap-2">
          <span className="min-w-0 flex-1 break-all text-muted">{folder}</span>
          <Button onClick={() => void open()}>Open</Button>
        </div>
      </Line>
      {failure !== undefined && (
        <Notice message={failure.message} remedy={failure.remedy} onClose={() => setFailure(undefined)} />
      )}
    </>
  )
}
