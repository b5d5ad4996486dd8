// Copyright (c) 2026 The net_websocket authors
// SPDX-License-Identifier: Apache-2.0
//
// The C ABI as Rust's extern "C" sees it: everything declared by hand, as a
// binding would be. Usage: net_websocket_rs URL-OF-AN-ECHO

use std::ffi::{c_char, c_int, c_void, CStr, CString};
use std::sync::mpsc::{channel, Receiver, Sender};
use std::time::Duration;

#[repr(C)]
struct WebSocket {
    _opaque: [u8; 0],
}

#[repr(C)]
struct Told {
    code: u32,
    text: *const c_char,
}

#[repr(C)]
struct RequestOptions {
    headers: *const c_void,
}

type OnTold = extern "C" fn(*mut WebSocket, Told);
type OnTyped = extern "C" fn(*mut WebSocket, c_int, *const c_char, usize, *mut c_void);

// As the first version of the header has it, in the words of its layout.
#[repr(C)]
struct Options {
    struct_size: usize,
    user_data: *mut c_void,
    on_typed_message: Option<OnTyped>,
    other_callbacks: [*const c_void; 4],
    limits: [u64; 4],
    timers: [u32; 4],
    fields: [*const c_char; 3],
    switches: [i32; 2],
    tls: [*const c_char; 7],
    proxy: *const c_char,
    reconnect: [u32; 4],
    reconnect_keeps_queue: i32,
    deflate: [i32; 4],
    keep_connection_details: i32,
}

extern "C" {
    fn OH_WebSocketClient_Constructor(
        on_open: OnTold,
        on_message: *const c_void,
        on_error: OnTold,
        on_close: OnTold,
    ) -> *mut WebSocket;
    fn OH_WebSocketClient_Connect(client: *mut WebSocket, url: *const c_char, options: RequestOptions) -> c_int;
    fn OH_WebSocketClient_Close(client: *mut WebSocket, option: Told) -> c_int;
    fn OH_WebSocketClient_Destroy(client: *mut WebSocket) -> c_int;
    fn NetWebSocket_InitSizedOptions(options: *mut Options, size: usize);
    fn NetWebSocket_SetOptions(client: *mut WebSocket, options: *const Options) -> c_int;
    fn NetWebSocket_SendTyped(client: *mut WebSocket, kind: c_int, data: *const c_void, length: usize) -> c_int;
    fn NetWebSocket_GetUserData(client: *mut WebSocket) -> *mut c_void;
}

#[derive(Debug, PartialEq)]
enum Event {
    Open(u32),
    Error(u32, String),
    Close(u32, String),
    Message(c_int, Vec<u8>),
}

fn sender(client: *mut WebSocket) -> &'static Sender<Event> {
    unsafe { &*(NetWebSocket_GetUserData(client) as *const Sender<Event>) }
}

fn text(of: &Told) -> String {
    unsafe { CStr::from_ptr(of.text) }.to_string_lossy().into_owned()
}

extern "C" fn on_open(client: *mut WebSocket, told: Told) {
    sender(client).send(Event::Open(told.code)).unwrap();
}

extern "C" fn on_error(client: *mut WebSocket, told: Told) {
    sender(client).send(Event::Error(told.code, text(&told))).unwrap();
}

extern "C" fn on_close(client: *mut WebSocket, told: Told) {
    sender(client).send(Event::Close(told.code, text(&told))).unwrap();
}

extern "C" fn on_typed(_: *mut WebSocket, kind: c_int, data: *const c_char, length: usize, user: *mut c_void) {
    let bytes = unsafe { std::slice::from_raw_parts(data as *const u8, length) }.to_vec();
    unsafe { &*(user as *const Sender<Event>) }.send(Event::Message(kind, bytes)).unwrap();
}

fn expect(told: &Receiver<Event>, event: Event) {
    assert_eq!(told.recv_timeout(Duration::from_secs(60)).unwrap(), event);
}

fn main() {
    let url = CString::new(std::env::args().nth(1).expect("no URL")).unwrap();
    let bye = CString::new("bye").unwrap();
    let none = CString::new("none").unwrap();
    let (send, told) = channel();
    // Never freed: callbacks may use it until Destroy.
    let send: &'static Sender<Event> = Box::leak(Box::new(send));
    unsafe {
        let client = OH_WebSocketClient_Constructor(on_open, std::ptr::null(), on_error, on_close);
        assert!(!client.is_null());
        let mut options: Options = std::mem::zeroed();
        NetWebSocket_InitSizedOptions(&mut options, std::mem::size_of::<Options>());
        options.user_data = send as *const _ as *mut c_void;
        options.on_typed_message = Some(on_typed);
        options.proxy = none.as_ptr();
        assert_eq!(NetWebSocket_SetOptions(client, &options), 0);
        assert_eq!(OH_WebSocketClient_Connect(client, url.as_ptr(), RequestOptions { headers: std::ptr::null() }), 0);
        expect(&told, Event::Open(101));
        for (kind, message) in [(1, &b"text"[..]), (2, &b"\x00\xff"[..]), (1, &b""[..])] {
            assert_eq!(NetWebSocket_SendTyped(client, kind, message.as_ptr() as *const c_void, message.len()), 0);
            expect(&told, Event::Message(kind, message.to_vec()));
        }
        assert_eq!(OH_WebSocketClient_Close(client, Told { code: 1000, text: bye.as_ptr() }), 0);
        expect(&told, Event::Close(1000, "bye".to_string()));
        assert_eq!(OH_WebSocketClient_Destroy(client), 0);
    }
}
