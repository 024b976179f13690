import type { ComponentProps, MouseEvent } from 'react';
import { Link } from 'wouter';
import { pathOf, type Place } from './place.js';
import { usePlace } from './use-place.js';

type PlaceLinkProps = Omit<ComponentProps<'a'>, 'href'> & {
  place: Place;
  /** Called when the reader goes there in this tab. */
  onGo?: () => void;
};

/** A link to a place of the page; a jump to where one is already is a jump all the same. */
export function PlaceLink({ place, onGo, ...rest }: PlaceLinkProps) {
  const [, goTo] = usePlace();
  const go = (event: MouseEvent) => {
    event.preventDefault();
    goTo(place);
    onGo?.();
  };
  return <Link {...rest} href={pathOf(place)} onClick={go} />;
}
