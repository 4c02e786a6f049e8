const { href } = document.querySelector('.opening a');
const follow = () => location.assign(href);
follow();
setTimeout(follow, 500);
