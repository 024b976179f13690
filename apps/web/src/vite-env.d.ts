/// <reference types="vite/client" />

declare module 'lottie-web/build/player/esm/lottie_light.min.js' {
  const lottie: import('lottie-web').LottiePlayer;
  export default lottie;
}
