<?php
/**
 * Plugin Name: audiopub
 * Description: Sends each published post to audiopub to be read aloud, and shows the player once listeners can have the episode.
 * Version: 1.0
 * License: Apache-2.0
 *
 * In wp-config.php: AUDIOPUB_URL, AUDIOPUB_KEY (audiopub keys add wordpress --scope read --scope edit), AUDIOPUB_SHOW, AUDIOPUB_SECRET (of the webhook
 * that is added for https://your-site/wp-json/audiopub/v1/told). Neither key nor secret is kept in the database or shown to editors.
 */

defined( 'ABSPATH' ) || exit;

const AUDIOPUB_MINUTES = 5;

/** Sends a post when it is published, and again when it is changed: its own number is the source_id, so that it stays one article. */
function audiopub_send( $new, $old, $post ) {
	if ( 'publish' !== $new || 'post' !== $post->post_type || wp_is_post_revision( $post ) ) {
		return;
	}
	$body = wp_json_encode(
		array(
			'show'      => AUDIOPUB_SHOW,
			'source_id' => 'wp-' . $post->ID,
			'title'     => wp_strip_all_tags( get_the_title( $post ) ),
			'html'      => '<h1>' . esc_html( get_the_title( $post ) ) . '</h1>' . apply_filters( 'the_content', $post->post_content ),
		)
	);
	// The same source_id is the same article, however often it is sent: no Idempotency-Key is needed, and one made of the text would hide that a text came back.
	$answer = wp_remote_post(
		AUDIOPUB_URL . '/api/v1/articles',
		array(
			'timeout' => 20,
			'headers' => array(
				'Authorization' => 'Bearer ' . AUDIOPUB_KEY,
				'Content-Type'  => 'application/json',
			),
			'body'    => $body,
		)
	);
	$status = is_wp_error( $answer ) ? 0 : wp_remote_retrieve_response_code( $answer );
	$told   = is_wp_error( $answer ) ? array( 'detail' => $answer->get_error_message() ) : json_decode( wp_remote_retrieve_body( $answer ), true );
	if ( 200 === $status || 201 === $status ) {
		update_post_meta( $post->ID, '_audiopub_name', sanitize_key( $told['article']['name'] ) );
		delete_post_meta( $post->ID, '_audiopub_error' );
	} else {
		update_post_meta( $post->ID, '_audiopub_error', sanitize_text_field( $told['detail'] ?? 'HTTP ' . $status ) );
	}
}
add_action( 'transition_post_status', 'audiopub_send', 10, 3 );

/** Tells whether a message was signed with our secret, not long ago. While a secret is replaced there are two signatures. */
function audiopub_is_ours( $signature, $body, $secret, $now ) {
	if ( ! preg_match( '/^t=(\d{1,12})((?:,v1=[0-9a-f]{64}){1,4})$/', $signature, $parts ) || abs( $now - (int) $parts[1] ) > AUDIOPUB_MINUTES * 60 ) {
		return false;
	}
	$wanted = hash_hmac( 'sha256', $parts[1] . '.' . $body, $secret );
	foreach ( explode( ',v1=', ltrim( $parts[2], ',' ) ) as $found ) {
		if ( hash_equals( $wanted, str_replace( 'v1=', '', $found ) ) ) {
			return true;
		}
	}
	return false;
}

/** Is told by audiopub what became of an article. Each message is taken once: an old one that is sent again does nothing. */
function audiopub_told( WP_REST_Request $request ) {
	$body = $request->get_body();
	if ( ! audiopub_is_ours( (string) $request->get_header( 'Audiopub-Signature' ), $body, AUDIOPUB_SECRET, time() ) ) {
		return new WP_Error( 'audiopub_signature', 'signature', array( 'status' => 401 ) );
	}
	$told = json_decode( $body, true );
	$seen = 'audiopub_' . md5( (string) $told['id'] );
	if ( get_transient( $seen ) ) {
		return array( 'ok' => true );
	}
	set_transient( $seen, 1, DAY_IN_SECONDS );
	$posts = get_posts(
		array(
			'meta_key'   => '_audiopub_name',
			'meta_value' => sanitize_key( (string) $told['episode'] ),
			'fields'     => 'ids',
		)
	);
	foreach ( $posts as $post_id ) {
		$at = (string) $told['at'];
		$is_gone  = 'episode.withdrawn' === $told['event'];
		$is_there = in_array( $told['event'], array( 'episode.published', 'episode.updated', 'episode.restored' ), true );
		if ( ! ( $is_gone || $is_there ) || strcmp( $at, (string) get_post_meta( $post_id, '_audiopub_at', true ) ) < 0 ) {
			continue; // Not about what listeners have; or overtaken by what happened later, since tries may come in any order.
		}
		update_post_meta( $post_id, '_audiopub_url', $is_there ? esc_url_raw( (string) $told['url'] ) : '' );
		update_post_meta( $post_id, '_audiopub_at', sanitize_text_field( $at ) );
	}
	return array( 'ok' => true );
}
add_action(
	'rest_api_init',
	function () {
		register_rest_route(
			'audiopub/v1',
			'/told',
			array(
				'methods'             => 'POST',
				'callback'            => 'audiopub_told',
				'permission_callback' => '__return_true', // The signature decides.
			)
		);
	}
);

/** Shows the player above a post, only once the episode is published: a frame that is asked for too early would be kept as not there by caches. */
function audiopub_player( $content ) {
	$url = is_singular( 'post' ) ? get_post_meta( get_the_ID(), '_audiopub_url', true ) : '';
	if ( ! $url ) {
		return $content;
	}
	$frame = preg_replace( '/\.html$/', '.embed.html', $url );
	return '<iframe src="' . esc_url( $frame ) . '" title="' . esc_attr__( 'Nghe bài này' ) . '" width="100%" height="180" loading="lazy"></iframe>' . $content;
}
add_filter( 'the_content', 'audiopub_player', 20 );
