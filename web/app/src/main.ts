import { mount } from "svelte";
import { missing } from "../../shared/text";
import App from "./App.svelte";
import { marks } from "./lib/study.svelte";
import "./style.css";

// For the browser tests and the benchmark: words that were asked for and not found, and when a move
// was made and its first picture drawn.
Object.assign(window, { cauce_missing_strings: () => [...missing], cauce_marks: marks });

mount(App, { target: document.getElementById("app")! });
