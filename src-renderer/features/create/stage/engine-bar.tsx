import { restartEngine } from '../../../actions/draw'
import { useEngine } from '../../../state/engine'
import { Notice } from '../../../ui/notice'

/** Says when the engine has stopped: that it starts again, or how to start it. */
export function EngineBar() {
  const engine = useEngine((state) => state.engine)
  if (engine.is !== 'restarting' && engine.is !== 'down') return null
  const { message, remedy, detail } = engine.failure
  const action = engine.is === 'down' ? { title: 'Start the engine', run: () => void restartEngine() } : undefined
  return <Notice message={message} remedy={remedy} detail={detail} action={action} />
}
