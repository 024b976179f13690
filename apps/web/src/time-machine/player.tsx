import { useMemo, useState } from 'react';
import type { RelayClient } from '@discord-relay/client';
import type { Snowflake } from '@discord-relay/contracts';
import { TIME_MACHINE_TEXTS as TEXTS } from '../texts/time-machine-texts.js';
import { Controls } from './controls.js';
import type { MachineState, TimeRange } from './model/machine-state.js';
import type { TimeMachine } from './model/time-machine.js';
import { Said } from './said.js';
import { type Scope, windowFor } from './timeline/scale.js';
import { Timeline } from './timeline/timeline.js';
import { usePlayKey } from './use-play-key.js';
import { usePosition } from './use-time-machine.js';

interface PlayerProps {
  client: RelayClient;
  channelId: Snowflake;
  machine: TimeMachine;
  state: MachineState;
}

/** The bar over the history, with the controls of the replay. */
export function Player({ client, channelId, machine, state }: PlayerProps) {
  const [scope, setScope] = useState<Scope>('all');
  usePlayKey(machine);
  return (
    <div className="player">
      {state.range ? (
        <Bar {...{ client, channelId, machine, state, scope }} range={state.range} />
      ) : (
        <p className="timeline-placeholder muted">{TEXTS.opening}</p>
      )}
      <Controls machine={machine} state={state} scope={scope} onScope={setScope} />
      <Said machine={machine} state={state} />
    </div>
  );
}

type BarProps = PlayerProps & { range: TimeRange; scope: Scope };

/** The part of the history around the time that is shown. */
function Bar({ client, channelId, machine, state, range, scope }: BarProps) {
  const atMs = usePosition(machine);
  const [window, setWindow] = useState<TimeRange>();
  const covered = windowFor(range, scope, atMs, window);
  if (covered !== window) setWindow(covered);
  const density = useMemo(() => ({ client, channelId }), [client, channelId]);
  return (
    <Timeline
      source={density}
      range={range}
      window={covered}
      gaps={state.gaps}
      atMs={atMs}
      isPlaying={state.isPlaying}
      onSeek={(timeMs) => machine.seek(timeMs)}
    />
  );
}
