import type { ComponentProps, MouseEvent } from 'react';
import { Link } from 'wouter';
import { pathOf, type Place } from './place.js';
import { usePlace } from './use-place.js';

type PlaceLinkProps = Omit<ComponentProps<'a'>, 'href'> & {
  place: Place;
  /** Called when the reader follows the link in this tab. */
  onGo?: () => void;
};

/** A link to a place on the page; a link to the current place still counts as a jump. */
export function PlaceLink({ place, onGo, ...rest }: PlaceLinkProps) {
  const [, goTo] = usePlace();
  const go = (event: MouseEvent) => {
    event.preventDefault();
    goTo(place);
    onGo?.();
  };
  return <Link {...rest} href={pathOf(place)} onClick={go} />;
}
