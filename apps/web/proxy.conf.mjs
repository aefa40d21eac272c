// What the development server passes on to the API of npm run dev.
const target = process.env.EXCO_API_URL ?? 'http://localhost:3000';

export default {
  '/api': { target, ws: true },
  '/docs': { target },
  '/docs-json': { target },
  '/demo-stream': { target },
};
