import type { Locale } from "../shared/bridge";

const VI = {
  title: "Trợ lý hỏi đáp",
  open: "Mở trò chuyện với trợ lý hỏi đáp",
  openWays: "Mở các cách liên hệ",
  close: "Đóng trò chuyện",
  closeWays: "Đóng các cách liên hệ",
  unread: (count: number) => `${count} tin nhắn mới`,
  ways: "Các cách liên hệ",
  chat: "Hỏi trợ lý",
  zalo: "Nhắn Zalo",
  whatsapp: "Nhắn WhatsApp",
  messenger: "Nhắn Messenger",
  phone: (number: string) => `Gọi ${number}`,
  newTab: "mở trong thẻ mới",
  loading: "Đang mở…",
  trouble: "Hiện chưa kết nối được với trợ lý. Anh/chị vui lòng thử lại sau ít phút.",
  retry: "Thử lại",
  shut: "Đóng",
};

const EN: typeof VI = {
  title: "Assistant",
  open: "Open the chat with the assistant",
  openWays: "Show ways to contact us",
  close: "Close the chat",
  closeWays: "Hide ways to contact us",
  unread: (count) => (count === 1 ? "1 new message" : `${count} new messages`),
  ways: "Ways to contact us",
  chat: "Ask the assistant",
  zalo: "Message on Zalo",
  whatsapp: "Message on WhatsApp",
  messenger: "Message on Messenger",
  phone: (number) => `Call ${number}`,
  newTab: "opens in a new tab",
  loading: "Opening…",
  trouble: "The assistant cannot be reached at the moment. Please try again in a few minutes.",
  retry: "Try again",
  shut: "Close",
};

export const loaderTexts = (locale: Locale): typeof VI => (locale === "en" ? EN : VI);
