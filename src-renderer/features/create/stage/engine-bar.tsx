import { restartEngine } from '../../../actions/draw'
import { useEngine } from '../../../state/engine'
import { Notice } from '../../../ui/notice'

/** Says that the engine is down for good and starts it. While it starts again by itself, the title line says so. */
export function EngineBar() {
  const engine = useEngine((state) => state.engine)
  if (engine.is !== 'down') return null
  const { message, remedy, detail } = engine.failure
  const action = { title: 'Start the engine', run: () => void restartEngine() }
  return <Notice message={message} remedy={remedy} detail={detail} action={action} />
}
